// node many.js SOURCE.ndjson [ROWS]: prints 5,000 or ROWS records of Graph like those of an example, with ids, policies and steps in
// ever new combinations: a file that is long enough to be mapped, and columns of JSON with pages of long matches.
const fs = require('fs');
const records = fs.readFileSync(process.argv[2], 'utf8').trimEnd().split('\n').map(line => JSON.parse(line));
const policies = records.flatMap(r => r.appliedConditionalAccessPolicies);
const results = ['success', 'failure', 'notApplied', 'notEnabled', 'reportOnlySuccess', 'reportOnlyFailure'];
const methods = ['Password', 'Mobile app notification', 'Previously satisfied', 'Passkey (FIDO2)'];
const day = Date.UTC(2026, 5, 1);

let seed = 1;
const below = n => (seed = (seed * 48271) % 2147483647) % n;
const pick = list => list[below(list.length)];
const some = (most, make) => Array.from({ length: below(most + 1) }, make);
const time = n => new Date(day + n * 1000).toISOString().replace('.000', '');

for (let i = 0; i < Number(process.argv[3] || 5000); i++) {
  const step = () => ({
    authenticationStepDateTime: time(i + below(9)), authenticationMethod: pick(methods), authenticationMethodDetail: null, succeeded: below(5) > 0,
    authenticationStepResultDetail: 'MFA requirement satisfied by claim in the token – «ok»', authenticationStepRequirement: 'Multi-factor authentication',
  });
  const record = { ...pick(records), id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`, createdDateTime: time(i) };
  record.appliedConditionalAccessPolicies = some(5, () => ({ ...pick(policies), result: pick(results) }));
  record.authenticationDetails = some(3, step);
  process.stdout.write(JSON.stringify(record) + '\n');
}
