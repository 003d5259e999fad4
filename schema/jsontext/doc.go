// Package jsontext reads and writes JSON text byte for byte: numbers keep their
// digits, members their order, and every error names its byte.
//
// There are three ways to read, each fit for what is known of the text. A Scanner
// checks every byte. A Value is known to be valid and is walked member by member.
// ValueEnd and ValueSkipper only look for the end of a value.
package jsontext
