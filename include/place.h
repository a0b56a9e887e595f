/* The names by which sources and files are typed, remembered and shown. */
#ifndef QUIRE_PLACE_H
#define QUIRE_PLACE_H

/*
 * A path made absolute, without "." and "..", to be freed; a symbolic link
 * at its end stays one.  "-" stays "-".
 */
char *place_absolute(const char *path);

/* The folder that a path names something in, to be freed: "." if it names
 * none. */
char *place_folder(const char *path);

/* What follows in `path` after the folder (may be NULL), or NULL. */
const char *place_inside(const char *path, const char *folder);

#endif
