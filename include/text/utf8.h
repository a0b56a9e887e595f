/* UTF-8: the bytes of a character and back. */
#ifndef QUIRE_TEXT_UTF8_H
#define QUIRE_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads the character at `text`, of which `length` > 0 bytes may be read.
 * Returns how many bytes it takes (1 to 4) and sets `*code`; for bytes that
 * are no UTF-8 (overlong forms, surrogates and truncation among them)
 * returns 1 and sets `*code` to UINT32_MAX.
 */
size_t utf8_decode(const char *text, size_t length, uint32_t *code);

/* Writes a character to `text` (room for 4 bytes) and returns its bytes. */
size_t utf8_encode(uint32_t code, char *text);

/* The first byte that is not UTF-8, or `length` if all are. */
size_t utf8_check(const char *text, size_t length);

/* Terminal columns of a character: 0 for marks, 2 for wide ones, else 1. */
int utf8_width(uint32_t code);

#endif
