// Package jsontext reads and writes JSON text byte for byte: numbers keep their
// digits, members their order, and every error names its byte.
//
// There are three ways to read. A Scanner checks every byte. A Value is known to be
// valid and is walked member by member. ValueEnd and ValueSkipper only find the end of
// a value.
package jsontext
