/* The names by which a source is typed, remembered and shown. */
#ifndef QUIRE_INDEXER_PLACE_H
#define QUIRE_INDEXER_PLACE_H

/*
 * A path made absolute, without "." and "..", to be freed; a symbolic link
 * at its end stays one.  "-" stays "-".
 */
char *place_absolute(const char *path);

#endif
