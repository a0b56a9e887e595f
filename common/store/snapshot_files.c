/* The files that articles come from, as `src` has them (docs/FORMAT.md,
 * section 10).  What else there is of them is the indexer's. */
#include "store/snapshot.h"

#include "store/bytes.h"
#include "store/snapshot_inside.h"

#include <string.h>

enum { FILE_KEY_SIZE = 5, FILE_PATH = 37 /* its count, then its bytes */ };

enum status
snapshot_file_path(struct snapshot *snapshot, uint32_t file,
    const char **path, size_t *length)
{
	uint8_t key[FILE_KEY_SIZE] = {'f'};
	const uint8_t *payload;
	enum status status;
	size_t size;

	bytes_put_key_u32(key + 1, file);
	status = environment_get(snapshot_environment(snapshot),
	    snapshot_txn(snapshot), DATABASE_SRC, key, sizeof key, &payload,
	    &size);
	if (status != STATUS_OK)
		return status;
	if (size < FILE_PATH + 4 ||
	    bytes_u32(payload + FILE_PATH) != size - FILE_PATH - 4 ||
	    memchr(payload + FILE_PATH + 4, 0, size - FILE_PATH - 4))
		return STATUS_DAMAGED;
	*path = (const char *)payload + FILE_PATH + 4;
	*length = size - FILE_PATH - 4;
	return STATUS_OK;
}
