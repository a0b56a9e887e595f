/* The catalogue's records on disk: keys s, f, p and x of `src`
 * (docs/FORMAT.md, section 10). */
#include "catalogue_parts.h"

#include "alloc.h"
#include "store/bytes.h"
#include "store/snapshot_inside.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_FIXED = 37, FILE_COMPLETE = 1 };

/* --- keys --- */

static void
numbered_key(uint8_t *key, char kind, uint32_t number)
{
	key[0] = (uint8_t)kind;
	bytes_put_key_u32(key + 1, number);
}

static void
path_key(uint8_t key[PATH_KEY_SIZE], const struct file_entry *entry)
{
	numbered_key(key, 'p', entry->file.source);
	bytes_put_key_u64(key + 5, entry->hash);
}

static void
failure_key(uint8_t key[FAILURE_KEY_SIZE], uint32_t file, uint64_t line,
    uint32_t n)
{
	numbered_key(key, 'x', file);
	bytes_put_key_u64(key + 5, line);
	bytes_put_key_u32(key + 13, n);
}

/* --- values: encode beside decode --- */

static void
put_counted(struct buffer *payload, const void *bytes, size_t size)
{
	uint32_t n = (uint32_t)size;

	buffer_append(payload, &n, sizeof n);
	buffer_append(payload, bytes, size);
}

/* A counted run of bytes; the byte after it, or NULL. */
static const uint8_t *
take_counted(const uint8_t *in, const uint8_t *end, const uint8_t **bytes,
    size_t *size)
{
	if (!in || end - in < 4)
		return NULL;
	*size = bytes_u32(in);
	*bytes = in + 4;
	return *size <= (size_t)(end - *bytes) ? *bytes + *size : NULL;
}

static void
encode_source(const struct catalogue_source *source, struct buffer *payload)
{
	struct buffer options = {0};

	for (size_t i = 0; i < source->n_options; i++) {
		if (i > 0)
			buffer_append_byte(&options, 0);
		buffer_append_string(&options, source->options[i]);
	}
	put_counted(payload, source->path, strlen(source->path));
	put_counted(payload, options.bytes, options.size);
	buffer_free(&options);
}

static void
take_options(struct catalogue_source *source, const uint8_t *bytes,
    size_t size)
{
	const char *text = (const char *)bytes, *end = text + size;
	size_t n = 1;

	if (size == 0)
		return;
	for (size_t i = 0; i < size; i++)
		n += text[i] == '\0';
	source->options = alloc_zeroed(n, sizeof *source->options);
	for (size_t i = 0; i < n; i++) {
		const char *nul = memchr(text, 0, (size_t)(end - text));
		size_t length = (size_t)((nul ? nul : end) - text);

		source->options[i] = alloc_text(text, length);
		text += length + 1;
	}
	source->n_options = n;
}

static bool
decode_source(struct catalogue *catalogue, uint32_t number,
    const uint8_t *payload, size_t size)
{
	const uint8_t *end = payload + size;
	const uint8_t *path = payload, *options = payload;
	size_t path_size = 0, options_size = 0;
	const uint8_t *in = take_counted(payload, end, &path, &path_size);

	in = take_counted(in, end, &options, &options_size);
	if (!in || in != end || memchr(path, 0, path_size))
		return false;
	take_options(&catalogue_append_source(catalogue, number,
	    (const char *)path, path_size)->source, options, options_size);
	return true;
}

static void
encode_file(const struct catalogue_file *file, struct buffer *payload)
{
	buffer_append(payload, &file->source, 4);
	buffer_append(payload, &file->size, 8);
	buffer_append(payload, &file->mtime_ns, 8);
	buffer_append(payload, &file->n_records, 8);
	buffer_append(payload, &file->n_failed, 8);
	buffer_append_byte(payload, file->complete ? FILE_COMPLETE : 0);
	put_counted(payload, file->path, strlen(file->path));
}

static bool
decode_file(struct catalogue *catalogue, uint32_t number,
    const uint8_t *payload, size_t size)
{
	const uint8_t *end = payload + size, *path = payload;
	struct catalogue_file *file;
	size_t path_size = 0;

	if (size < FILE_FIXED || take_counted(payload + FILE_FIXED, end,
	    &path, &path_size) != end || memchr(path, 0, path_size))
		return false;
	file = &catalogue_append_file(catalogue, number, bytes_u32(payload),
	    (const char *)path, path_size)->file;
	file->size = bytes_u64(payload + 4);
	file->mtime_ns = (int64_t)bytes_u64(payload + 12);
	file->n_records = bytes_u64(payload + 20);
	file->n_failed = bytes_u64(payload + 28);
	file->complete = payload[36] & FILE_COMPLETE;
	((struct file_entry *)file)->placed = true;
	return true;
}

/* --- checking --- */

static bool
decodes(const uint8_t *key, const uint8_t *payload, size_t size)
{
	struct catalogue *scratch = alloc_zeroed(1, sizeof *scratch);
	uint32_t number = bytes_key_u32(key + 1);
	bool good = key[0] == 's' ? decode_source(scratch, number, payload,
	    size) : decode_file(scratch, number, payload, size);

	catalogue_free(scratch);
	return good;
}

bool
catalogue_value_is_sound(const struct root *root, const uint8_t *key,
    size_t key_size, const uint8_t *payload, size_t size)
{
	uint32_t number;

	if (key_size < 5)
		return false;
	number = bytes_key_u32(key + 1);
	switch (key[0]) {
	case 's':
		return key_size == SOURCE_KEY_SIZE &&
		    number < root->next_source && decodes(key, payload, size);
	case 'f':
		return key_size == FILE_KEY_SIZE &&
		    number < root->next_file && decodes(key, payload, size);
	case 'p':
		return key_size == PATH_KEY_SIZE &&
		    number < root->next_source && size > 0 && size % 4 == 0;
	case 'x':
		return key_size == FAILURE_KEY_SIZE &&
		    number < root->next_file && size > 0 &&
		    payload[0] >= FAILURE_SKIPPED &&
		    payload[0] <= FAILURE_IGNORED;
	default:
		return false;
	}
}

/* --- loading --- */

struct loading {
	struct catalogue *catalogue;
	bool damaged;
};

static bool
load_source(void *context, const uint8_t *key, size_t key_size,
    const uint8_t *payload, size_t size)
{
	struct loading *loading = context;

	loading->damaged = key_size != SOURCE_KEY_SIZE ||
	    !decode_source(loading->catalogue, bytes_key_u32(key + 1),
	    payload, size);
	return !loading->damaged;
}

static bool
load_file(void *context, const uint8_t *key, size_t key_size,
    const uint8_t *payload, size_t size)
{
	struct loading *loading = context;

	loading->damaged = key_size != FILE_KEY_SIZE ||
	    !decode_file(loading->catalogue, bytes_key_u32(key + 1),
	    payload, size);
	return !loading->damaged;
}

static const struct environment *
environment_of(const struct catalogue *catalogue)
{
	return catalogue->snapshot ? snapshot_environment(catalogue->snapshot)
	    : store_environment(catalogue->store);
}

static enum status
damaged(const struct catalogue *catalogue, const char *what,
    struct error *error)
{
	return environment_error(environment_of(catalogue), MDB_CORRUPTED,
	    what, error);
}

/* Like store_walk, for keys of one kind. */
static enum status
walk_snapshot(struct snapshot *snapshot, char kind, store_visit *visit,
    void *context)
{
	struct environment *environment = snapshot_environment(snapshot);
	MDB_val key = environment_val(&kind, 1), value;
	const uint8_t *payload;
	MDB_cursor *cursor;
	size_t size;
	int code;

	if (environment_cursor(snapshot_txn(snapshot),
	    environment->databases[DATABASE_SRC], &cursor))
		return STATUS_DAMAGED;
	code = environment_move(cursor, &key, &value, MDB_SET_RANGE);
	while (!code && *(const char *)key.mv_data == kind) {
		if (environment_get(environment, snapshot_txn(snapshot),
		    DATABASE_SRC, key.mv_data, key.mv_size, &payload,
		    &size) != STATUS_OK) {
			code = MDB_CORRUPTED;
			break;
		}
		if (!visit(context, key.mv_data, key.mv_size, payload, size))
			break;
		code = environment_move(cursor, &key, &value, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
	return code && code != MDB_NOTFOUND ? STATUS_DAMAGED : STATUS_OK;
}

static enum status
walk(struct catalogue *catalogue, char kind, store_visit *visit,
    void *context, struct error *error)
{
	if (!catalogue->snapshot)
		return store_walk(catalogue->store, DATABASE_SRC, &kind, 1,
		    visit, context, error);
	if (walk_snapshot(catalogue->snapshot, kind, visit, context) !=
	    STATUS_OK)
		return damaged(catalogue, "sources", error);
	return STATUS_OK;
}

static enum status
load(struct store *store, struct snapshot *snapshot,
    struct catalogue **catalogue, struct error *error)
{
	struct loading loading = {alloc_zeroed(1, sizeof **catalogue), false};
	enum status status;

	loading.catalogue->store = store;
	loading.catalogue->snapshot = snapshot;
	status = walk(loading.catalogue, 's', load_source, &loading, error);
	if (status == STATUS_OK && !loading.damaged)
		status = walk(loading.catalogue, 'f', load_file, &loading,
		    error);
	if (status == STATUS_OK && loading.damaged)
		status = damaged(loading.catalogue, "sources", error);
	if (status != STATUS_OK) {
		catalogue_free(loading.catalogue);
		return status;
	}
	*catalogue = loading.catalogue;
	return STATUS_OK;
}

enum status
catalogue_load(struct store *store, struct catalogue **catalogue,
    struct error *error)
{
	return load(store, NULL, catalogue, error);
}

enum status
catalogue_load_snapshot(struct snapshot *snapshot,
    struct catalogue **catalogue, struct error *error)
{
	return load(NULL, snapshot, catalogue, error);
}

struct visiting {
	struct catalogue *catalogue;
	catalogue_visit *visit;
	void *context;
	bool damaged;
};

static bool
visit_failure(void *context, const uint8_t *key, size_t key_size,
    const uint8_t *payload, size_t size)
{
	struct visiting *visiting = context;
	struct catalogue_file *file;
	char *reason;
	bool more;

	visiting->damaged = key_size != FAILURE_KEY_SIZE || size < 1;
	if (visiting->damaged)
		return false;
	file = catalogue_file_number(visiting->catalogue,
	    bytes_key_u32(key + 1));
	if (!file)
		return true;
	reason = alloc_text((const char *)payload + 1, size - 1);
	more = visiting->visit(visiting->context, file,
	    bytes_key_u64(key + 5), payload[0], reason);
	free(reason);
	return more;
}

enum status
catalogue_failures(struct catalogue *catalogue, catalogue_visit *visit,
    void *context, struct error *error)
{
	struct visiting visiting = {catalogue, visit, context, false};
	enum status status = walk(catalogue, 'x', visit_failure, &visiting,
	    error);

	if (status == STATUS_OK && visiting.damaged)
		return damaged(catalogue, "records that were not read",
		    error);
	return status;
}

/* --- writing --- */

static enum status
write_source(struct catalogue *catalogue, struct source_entry *entry,
    struct error *error)
{
	struct catalogue_source *source = &entry->source;
	struct buffer payload = {0};
	uint8_t key[SOURCE_KEY_SIZE];
	enum status status;

	numbered_key(key, 's', source->number);
	if (source->removed) {
		entry->gone = true;
		return store_delete(catalogue->store, DATABASE_SRC, key,
		    sizeof key, error);
	}
	encode_source(source, &payload);
	status = store_put(catalogue->store, DATABASE_SRC, key, sizeof key,
	    payload.bytes, payload.size, NULL, error);
	buffer_free(&payload);
	source->changed = false;
	return status;
}

/* The numbers of all files whose paths share the hash of this one's. */
static enum status
write_place(struct catalogue *catalogue, struct file_entry *entry,
    struct error *error)
{
	struct file_entry *other = catalogue_bucket(catalogue,
	    entry->file.source, entry->hash);
	struct buffer payload = {0};
	uint8_t key[PATH_KEY_SIZE];
	enum status status;

	for (; other; other = other->next)
		if (!other->file.removed && other->hash == entry->hash &&
		    other->file.source == entry->file.source)
			buffer_append(&payload, &other->file.number, 4);
	path_key(key, entry);
	if (payload.size)
		status = store_put(catalogue->store, DATABASE_SRC, key,
		    sizeof key, payload.bytes, payload.size, NULL, error);
	else
		status = store_delete(catalogue->store, DATABASE_SRC, key,
		    sizeof key, error);
	buffer_free(&payload);
	entry->placed = true;
	return status;
}

static enum status
write_file(struct catalogue *catalogue, struct file_entry *entry,
    struct error *error)
{
	struct catalogue_file *file = &entry->file;
	struct buffer payload = {0};
	uint8_t key[FILE_KEY_SIZE];
	enum status status;

	numbered_key(key, 'f', file->number);
	if (file->removed) {
		entry->gone = true;
		status = store_delete(catalogue->store, DATABASE_SRC, key,
		    sizeof key, error);
	} else {
		encode_file(file, &payload);
		status = store_put(catalogue->store, DATABASE_SRC, key,
		    sizeof key, payload.bytes, payload.size, NULL, error);
		buffer_free(&payload);
	}
	file->changed = false;
	if (status == STATUS_OK && (file->removed || !entry->placed))
		status = write_place(catalogue, entry, error);
	return status;
}

static enum status
forget_failures(struct catalogue *catalogue, struct file_entry *entry,
    struct error *error)
{
	uint8_t key[5];

	numbered_key(key, 'x', entry->file.number);
	entry->forget = false;
	return store_delete_prefix(catalogue->store, DATABASE_SRC, key,
	    sizeof key, error);
}

/*
 * Under the first free number of its line; a failure that is already there
 * in the same words is not written twice.
 */
static enum status
write_failure(struct catalogue *catalogue, const struct failure *failure,
    struct error *error)
{
	struct buffer payload = {0}, old = {0};
	uint8_t key[FAILURE_KEY_SIZE];
	enum status status = STATUS_OK;
	bool known = false;

	buffer_append_byte(&payload, (uint8_t)failure->kind);
	buffer_append_string(&payload, failure->reason);
	for (uint32_t n = 0; status == STATUS_OK && !known; n++) {
		failure_key(key, failure->entry->file.number, failure->line,
		    n);
		status = store_get(catalogue->store, DATABASE_SRC, key,
		    sizeof key, &old);
		known = status == STATUS_OK && old.size == payload.size &&
		    memcmp(old.bytes, payload.bytes, old.size) == 0;
	}
	if (status == STATUS_NOT_FOUND)
		status = store_put(catalogue->store, DATABASE_SRC, key,
		    sizeof key, payload.bytes, payload.size, NULL, error);
	else if (status != STATUS_OK)
		damaged(catalogue, "records that were not read", error);
	buffer_free(&payload);
	buffer_free(&old);
	return status;
}

static enum status
write_failures(struct catalogue *catalogue, struct error *error)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < catalogue->n_failures; i++) {
		struct failure *failure = &catalogue->failures[i];

		if (status == STATUS_OK && !failure->entry->file.removed)
			status = write_failure(catalogue, failure, error);
		free(failure->reason);
	}
	catalogue->n_failures = 0;
	return status;
}

enum status
catalogue_write(struct catalogue *catalogue, struct error *error)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < catalogue->n_sources && status == STATUS_OK;
	    i++) {
		struct source_entry *entry = catalogue->sources[i];

		if ((entry->source.changed || entry->source.removed) &&
		    !entry->gone)
			status = write_source(catalogue, entry, error);
	}
	for (size_t i = 0; i < catalogue->n_files && status == STATUS_OK;
	    i++) {
		struct file_entry *entry = catalogue->files[i];

		if (entry->forget)
			status = forget_failures(catalogue, entry, error);
		if (status == STATUS_OK && !entry->gone &&
		    (entry->file.changed || entry->file.removed))
			status = write_file(catalogue, entry, error);
	}
	return status == STATUS_OK ? write_failures(catalogue, error)
	    : status;
}
