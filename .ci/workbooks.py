"""python3 workbooks.py FILE.xlsx TITLE...: prints as JSON what openpyxl reads: the sheets and, of the sign-ins, the
values of the columns with these titles; of dates the milliseconds since 1970. The last title is one that every sign-in
has."""
import datetime
import json
import re
import sys
import warnings

import openpyxl

warnings.simplefilter("error")
EPOCH = datetime.datetime(1970, 1, 1)


def plain(value):
    if isinstance(value, datetime.datetime):
        return round((value - EPOCH) / datetime.timedelta(milliseconds=1))
    return value


def read(book, titles):
    for sheet in book.worksheets:
        if not re.fullmatch(r"Sign-ins( \d+)?", sheet.title):
            continue
        rows = sheet.iter_rows(values_only=True)
        header = next(rows)
        columns = [header.index(title) for title in titles]
        for row in rows:
            values = [plain(row[c]) for c in columns]
            if values[-1] is not None:
                yield values


book = openpyxl.load_workbook(sys.argv[1])
json.dump({"sheets": book.sheetnames, "rows": list(read(book, sys.argv[2:]))}, sys.stdout)
