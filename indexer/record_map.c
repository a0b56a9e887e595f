/* Which key of a record is which part of an article. */
#include "record_parts.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>
#include <strings.h>

/* The usual names of keys, the likelier first. */
static const struct role {
	const char *field;
	const char *keys[16];
} roles[] = {
	{"id", {"id", "_id", "guid", "docid", "doc_id", "uid", "article_id"}},
	{"title", {"title", "headline", "heading", "name"}},
	{"body", {"text", "body", "content", "article_body", "articlebody",
	    "article", "full_text", "fulltext", "contents", "abstract",
	    "description", "summary"}},
	{"date", {"date", "published", "pub_date", "pubdate",
	    "publication_date", "date_published", "published_at",
	    "publish_date", "datepublished", "created_at", "timestamp",
	    "time", "year"}},
	{"author", {"author", "authors", "byline", "creator", "by"}},
	{"source", {"source", "publisher", "publication", "site", "outlet"}},
	{"url", {"url", "link", "web_url", "permalink", "href"}},
	{"lang", {"lang", "language", "lang_code"}},
	{"tags", {"tags", "keywords", "categories", "category", "topics",
	    "subjects", "labels"}},
	{"section", {"section"}},
};

enum { N_ROLES = sizeof roles / sizeof *roles, KEYS_SHOWN = 12 };

struct map {
	struct pairs *pairs;
	const struct mapping *mapping;
	struct arena *arena;
	struct article *article;
};

static const struct role *
role_of(const char *field)
{
	for (size_t i = 0; i < N_ROLES; i++)
		if (strcmp(roles[i].field, field) == 0)
			return &roles[i];
	return NULL;
}

/* Objects that stand for one value: {"name": ...}, MongoDB's dates and ids. */
static bool
key_matches(const char *key, const char *wanted)
{
	size_t length;

	/* Most keys differ in their first letter, whatever its case. */
	if ((key[0] ^ wanted[0]) & ~0x20)
		return false;
	length = strlen(wanted);
	if (strncasecmp(key, wanted, length) != 0)
		return false;
	key += length;
	return *key == '\0' || strcmp(key, ".name") == 0 ||
	    strcmp(key, ".$date") == 0 || strcmp(key, ".$oid") == 0;
}

static bool
is_blank(struct text text)
{
	return record_trim(text).length == 0;
}

static bool
is_date(struct text value)
{
	struct date date;

	return date_parse(value.bytes, value.length, &date);
}

/* Gives every value under `key` that is not given yet to `field`. */
static bool
claim(struct map *map, const char *key, const char *field, bool only_dates)
{
	bool found = false;

	for (size_t i = 0; i < map->pairs->n; i++) {
		struct pair *pair = &map->pairs->items[i];

		if (pair->field || !key_matches(pair->key, key) ||
		    is_blank(pair->value) ||
		    (only_dates && !is_date(pair->value)))
			continue;
		pair->field = field;
		found = true;
	}
	return found;
}

static bool
is_claimed(const struct map *map, const char *field)
{
	for (size_t i = 0; i < map->pairs->n; i++) {
		const char *given = map->pairs->items[i].field;

		if (given && strcmp(given, field) == 0)
			return true;
	}
	return false;
}

/* Whether -f says where a field comes from. */
static bool
is_mapped(const struct mapping *mapping, const char *field)
{
	for (size_t i = 0; i < mapping->n_keys; i++)
		if (strcmp(mapping->keys[i].field, field) == 0)
			return true;
	return false;
}

/* What -f says comes before the usual names, of other fields too. */
static void
claim_mapped(struct map *map)
{
	for (size_t i = 0; i < map->mapping->n_keys; i++) {
		const struct mapping_key *key = &map->mapping->keys[i];

		if (strcmp(key->field, "body") == 0 ||
		    !is_claimed(map, key->field))
			claim(map, key->key, key->field, false);
	}
}

static bool
has_key(const struct map *map, const char *key)
{
	for (size_t i = 0; i < map->pairs->n; i++)
		if (key_matches(map->pairs->items[i].key, key))
			return true;
	return false;
}

/* Notes which of the keys that the options name are in this record. */
static void
note_seen(const struct map *map)
{
	const struct mapping *mapping = map->mapping;
	_Atomic bool *seen = mapping->seen;

	for (size_t i = 0; seen && i < mapping->n_keys + 2; i++) {
		const char *key = i < mapping->n_keys ? mapping->keys[i].key
		    : mapping->id_key;

		/* Most are seen in the first record: looking costs less than
		   writing what other threads read. */
		if (!atomic_load_explicit(&seen[i], memory_order_relaxed) &&
		    (i > mapping->n_keys || (key && has_key(map, key))))
			atomic_store_explicit(&seen[i], true,
			    memory_order_relaxed);
	}
}

static void
claim_usual(struct map *map, const struct role *role)
{
	bool found = false;

	/* A key that holds no date ("time": "12:30") gives way to one that
	   does. */
	if (strcmp(role->field, "date") == 0)
		for (size_t i = 0; role->keys[i] && !found; i++)
			found = claim(map, role->keys[i], role->field, true);
	for (size_t i = 0; role->keys[i] && !found; i++)
		found = claim(map, role->keys[i], role->field, false);
}

static void
claim_all(struct map *map)
{
	claim_mapped(map);
	for (size_t i = 0; i < N_ROLES; i++)
		if (!is_mapped(map->mapping, roles[i].field))
			claim_usual(map, &roles[i]);
}

static const struct text *
first_value(const struct map *map, const char *field)
{
	for (size_t i = 0; i < map->pairs->n; i++) {
		const struct pair *pair = &map->pairs->items[i];

		if (pair->field && strcmp(pair->field, field) == 0)
			return &pair->value;
	}
	return NULL;
}

/* A growing text in one piece of memory; without one it is only measured. */
struct joined {
	char *bytes;
	size_t length, size;
	size_t n; /* of values */
	const char *between;
};

static void
join(struct joined *joined, struct text text)
{
	size_t between = joined->length ? strlen(joined->between) : 0;
	size_t start = joined->length + between;

	if (joined->bytes) {
		assert(start + text.length < joined->size);
		memcpy(joined->bytes + joined->length, joined->between,
		    between);
		memcpy(joined->bytes + start, text.bytes, text.length);
		joined->bytes[start + text.length] = '\0';
	}
	joined->length = start + text.length;
	joined->n++;
}

/*
 * Which key of -f a pair comes from: the first, since -f may name a key twice
 * ("text,Text", "lead,lead.name"); n_keys if it comes from none.
 */
static size_t
mapped_key(const struct mapping *mapping, const struct pair *pair)
{
	size_t i = 0;

	while (i < mapping->n_keys &&
	    (strcmp(mapping->keys[i].field, pair->field) != 0 ||
	    !key_matches(pair->key, mapping->keys[i].key)))
		i++;
	return i;
}

/* All values of `field`, each once, in the order of -f, not of the record. */
static void
join_values(const struct map *map, const char *field, struct joined *joined)
{
	for (size_t key = 0; key <= map->mapping->n_keys; key++)
		for (size_t i = 0; i < map->pairs->n; i++) {
			const struct pair *pair = &map->pairs->items[i];

			if (pair->field && strcmp(pair->field, field) == 0 &&
			    mapped_key(map->mapping, pair) == key)
				join(joined, pair->value);
		}
}

static struct text
joined_text(const struct map *map, const char *field, const char *between)
{
	struct joined joined = {.between = between};

	join_values(map, field, &joined);
	if (joined.n == 0)
		return (struct text){"", 0};
	if (joined.n == 1)
		return *first_value(map, field);
	joined.size = joined.length + 1;
	joined.bytes = arena_bytes(map->arena, joined.size);
	joined.length = 0;
	join_values(map, field, &joined);
	return (struct text){joined.bytes, joined.length};
}

/* Adds each part of a value: "Ana Lima; Bo Chen". */
static void
add_parts(struct map *map, const char *field, struct text value,
    const char *separators)
{
	/* One too many is enough to be refused. */
	while (value.length &&
	    map->article->n_fields <= ARTICLE_VALUES_MAX) {
		size_t length = 0;

		while (length < value.length &&
		    !strchr(separators, value.bytes[length]))
			length++;
		record_add_field(map->article, map->arena, field,
		    (struct text){value.bytes, length});
		length += length < value.length;
		value.bytes += length;
		value.length -= length;
	}
}

/* A key that nothing was taken from keeps its name, unless a part of the
   article has that name. */
static const char *
own_name(const struct map *map, const char *key)
{
	size_t size = strlen(key) + sizeof "other.";
	char *name;

	if (!role_of(key) && !is_mapped(map->mapping, key))
		return key;
	name = arena_bytes(map->arena, size);
	memcpy(name, "other.", 6);
	memcpy(name + 6, key, size - 6);
	return name;
}

static void
add_pair(struct map *map, const struct pair *pair)
{
	const char *field = pair->field;

	if (!field) {
		if (!is_blank(pair->value))
			record_add_field(map->article, map->arena,
			    own_name(map, pair->key), pair->value);
		return;
	}
	if (strcmp(field, "id") == 0 || strcmp(field, "title") == 0 ||
	    strcmp(field, "body") == 0)
		return;
	if (strcmp(field, "author") == 0 && !pair->listed)
		add_parts(map, field, pair->value, ";");
	else if (strcmp(field, "tags") == 0 && !pair->listed)
		add_parts(map, field, pair->value, ",;");
	else
		record_add_field(map->article, map->arena, field,
		    pair->value);
}

/* The id that the record names, or an empty one. */
static struct text
find_id(const struct map *map)
{
	const char *key = map->mapping->id_key;
	const struct text *id;

	for (size_t i = 0; key && i < map->pairs->n; i++) {
		const struct pair *pair = &map->pairs->items[i];

		if (key_matches(pair->key, key) && !is_blank(pair->value))
			return record_own(record_trim(pair->value),
			    map->arena);
	}
	id = first_value(map, "id");
	if (!id)
		id = first_value(map, "url");
	if (!id)
		return (struct text){"", 0};
	return record_own(record_trim(*id), map->arena);
}

/* Whether a body would come from `key`. */
static bool
is_body_key(const struct map *map, const char *key)
{
	const struct mapping *mapping = map->mapping;
	const char *const *usual = role_of("body")->keys;

	for (size_t i = 0; i < mapping->n_keys; i++)
		if (strcmp(mapping->keys[i].field, "body") == 0 &&
		    key_matches(key, mapping->keys[i].key))
			return true;
	if (is_mapped(mapping, "body"))
		return false;
	for (size_t i = 0; usual[i]; i++)
		if (key_matches(key, usual[i]))
			return true;
	return false;
}

static enum status
refuse_empty(const struct map *map, struct error *error)
{
	char names[200] = "";
	size_t length = 0;

	for (size_t i = 0; i < map->pairs->n; i++) {
		const char *key = map->pairs->items[i].key;
		size_t more = strlen(key);

		if (is_body_key(map, key))
			return error_set(error, STATUS_INVALID,
			    "no text: \"%.100s\" is empty", key);
		if (length + more + 3 > sizeof names ||
		    (i && strcmp(key, map->pairs->items[i - 1].key) == 0))
			continue;
		if (length) {
			memcpy(names + length, ", ", 2);
			length += 2;
		}
		memcpy(names + length, key, more + 1);
		length += more;
	}
	if (!length)
		return error_set(error, STATUS_INVALID, "no text: no keys");
	return error_set(error, STATUS_INVALID, "no text: keys seen: %s",
	    names);
}

enum status
record_map(struct pairs *pairs, const struct mapping *mapping,
    struct arena *arena, struct article *article, struct error *error)
{
	struct map map = {pairs, mapping, arena, article};
	const struct text *value;
	struct text body;

	note_seen(&map);
	claim_all(&map);
	article->title = record_own(
	    record_trim(joined_text(&map, "title", " ")), arena);
	body = record_trim(joined_text(&map, "body", "\n\n"));
	if (body.length > ARTICLE_BODY_MAX)
		record_cut(&body, article, arena);
	article->body = record_own(body, arena);
	if (!article->title.length && !article->body.length)
		return refuse_empty(&map, error);
	article->id = find_id(&map);
	value = first_value(&map, "lang");
	article->language = record_language(
	    value ? record_trim(*value) : (struct text){"", 0},
	    mapping->language, article, arena);
	value = first_value(&map, "date");
	if (value)
		record_take_date(article, arena, *value);
	for (size_t i = 0; i < pairs->n; i++)
		add_pair(&map, &pairs->items[i]);
	if (article->n_fields > ARTICLE_VALUES_MAX)
		return error_set(error, STATUS_INVALID,
		    "more than %d values", ARTICLE_VALUES_MAX);
	return STATUS_OK;
}
