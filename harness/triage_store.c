/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The directory of entries: see triage.h.
 *
 * What is there stays as it is until its successor is on the disk as a whole: new
 * entries are made under a name with a dot and renamed; files are replaced by
 * rename(2).  A process that is killed leaves a name with a dot, which the next
 * one removes.
 */
#define _GNU_SOURCE		/* renameat2(), flock() */

#include "triage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "triage_finding.h"

#define PATH_BYTES 4096
#define FILE_MAX (32u << 20)
#define NEW "/.new-"
#define OLD "/.old-"

static bool fail(char *error, size_t bytes, const char *path, const char *what)
{
	snprintf(error, bytes, "%.300s: %s", path, what);
	return false;
}

/* The bytes of a file with a zero behind them; the caller frees them. */
static char *read_file(const char *path, size_t *count)
{
	FILE *f = fopen(path, "rb");
	size_t room = 4096;
	char *bytes = f ? malloc(room) : NULL;

	*count = 0;
	while (bytes) {
		*count += fread(bytes + *count, 1, room - 1 - *count, f);
		if (*count < room - 1)
			break;
		room *= 2;

		char *more = room > FILE_MAX ? NULL : realloc(bytes, room);

		if (!more)
			free(bytes);
		bytes = more;
	}
	if (bytes && ferror(f)) {
		free(bytes);
		bytes = NULL;
	}
	if (bytes)
		bytes[*count] = '\0';
	if (f)
		fclose(f);
	return bytes;
}

/* A file that was not there; all of it is on the disk, or it is not there. */
static bool write_new(const char *path, const char *bytes, size_t count,
		      char *error, size_t error_bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	size_t done = 0;
	bool good = fd >= 0;

	while (good && done < count) {
		ssize_t n = write(fd, bytes + done, count - done);

		if (n < 0 && errno == EINTR)
			continue;
		good = n > 0;
		done += good ? (size_t)n : 0;
	}
	good = good && !fsync(fd);

	int why = errno;

	if (fd >= 0 && close(fd) && good) {
		why = errno;
		good = false;
	}
	if (good)
		return true;
	if (fd >= 0)
		unlink(path);
	return fail(error, error_bytes, path, strerror(why));
}

static void sync_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

/* A directory with files in it and no directories. */
static void remove_directory(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *d;

	while (directory && (d = readdir(directory)) != NULL)
		if (strcmp(d->d_name, ".") && strcmp(d->d_name, ".."))
			unlinkat(dirfd(directory), d->d_name, 0);
	if (directory)
		closedir(directory);
	rmdir(path);
}

static bool make_directory(const char *path, char *error, size_t error_bytes)
{
	struct stat s;

	if (!mkdir(path, 0777) ||
	    (errno == EEXIST && !stat(path, &s) && S_ISDIR(s.st_mode)))
		return true;
	return fail(error, error_bytes, path,
		    strerror(errno == EEXIST ? ENOTDIR : errno));
}

/* Where the entry, or what becomes of it, lives. */
static void entry_path(const struct triage_store *store, bool flaky,
		       const char *prefix, const char *slug,
		       char path[PATH_BYTES])
{
	snprintf(path, PATH_BYTES, "%s%s%s%s", store->directory,
		 flaky ? "/flaky" : "", prefix, slug);
}

static bool append(struct triage_store *store, struct triage_entry *entry)
{
	if (store->count == store->capacity) {
		unsigned capacity = store->capacity * 2 + 16;
		struct triage_entry **more =
			realloc(store->entry, capacity * sizeof(*more));

		if (!more)
			return false;
		store->entry = more;
		store->capacity = capacity;
	}
	store->entry[store->count++] = entry;
	return true;
}

static void free_entry(struct triage_entry *entry)
{
	if (entry)
		json_decref(entry->json);
	free(entry);
}

/*
 * One directory that has a finding.json; one without is not ours, nor one that a
 * campaign filed: guests and readers show what no run of a case does.
 */
static bool load_entry(struct triage_store *store, const char *path,
		       char *error, size_t error_bytes)
{
	struct triage_entry *entry = calloc(1, sizeof(*entry));
	char name[PATH_BYTES + 16], why[256] = "out of memory";
	char *text = NULL, *finding = NULL;
	size_t count;
	json_error_t wrong;
	bool good = false;

	snprintf(name, sizeof(name), "%s/finding.json", path);
	if (entry && access(name, F_OK) && errno == ENOENT) {
		free(entry);
		return true;
	}
	finding = entry ? read_file(name, &count) : NULL;
	if (finding) {
		entry->json = json_loadb(finding, count, 0, &wrong);
		snprintf(why, sizeof(why), "%s", wrong.text);
	}
	if (finding && entry->json &&
	    json_object_get(entry->json, "filed_by")) {
		free(finding);
		free_entry(entry);
		return true;
	}
	if (finding && entry->json) {
		snprintf(name, sizeof(name), "%s/case.tw", path);
		text = read_file(name, &count);
		snprintf(why, sizeof(why), "cannot be read");
	}
	if (text) {
		snprintf(name, sizeof(name), "%s/finding.json", path);
		good = triage_finding_read(store, entry, text, count, why,
					   sizeof(why)) &&
		       append(store, entry);
	}
	free(text);
	free(finding);
	if (good)
		return true;
	free_entry(entry);
	return fail(error, error_bytes, name, why);
}

/* What an interrupted process left: half an entry, or one put aside. */
static void clean_up(const char *directory, const char *name)
{
	char path[PATH_BYTES], whole[PATH_BYTES];

	snprintf(path, sizeof(path), "%.3000s/%.255s", directory, name);
	if (!strncmp(name, &OLD[1], sizeof(OLD) - 2)) {
		snprintf(whole, sizeof(whole), "%.3000s/%.255s", directory,
			 name + sizeof(OLD) - 2);
		/* Its successor never came. */
		if (!rename(path, whole))
			return;
	}
	if (!strncmp(name, &NEW[1], sizeof(NEW) - 2) ||
	    !strncmp(name, &OLD[1], sizeof(OLD) - 2))
		remove_directory(path);
}

static int no_entry(const struct dirent *d)
{
	return d->d_name[0] == '.' && strcmp(d->d_name, ".") != 0 &&
	       strcmp(d->d_name, "..") != 0;
}

static int is_name(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static bool load_directory(struct triage_store *store, const char *directory,
			   char *error, size_t error_bytes)
{
	struct dirent **list;
	int count = scandir(directory, &list, no_entry, alphasort);
	bool good = true;

	for (int i = 0; i < count; i++) {
		clean_up(directory, list[i]->d_name);
		free(list[i]);
	}
	if (count >= 0)
		free(list);
	count = scandir(directory, &list, is_name, alphasort);
	for (int i = 0; i < count; i++) {
		char path[PATH_BYTES];

		snprintf(path, sizeof(path), "%.3000s/%.255s", directory,
			 list[i]->d_name);
		good = good && load_entry(store, path, error, error_bytes);
		free(list[i]);
	}
	if (count >= 0)
		free(list);
	return good;
}

bool triage_store_open(struct triage_store *store, char *error,
		       size_t error_bytes)
{
	char path[PATH_BYTES];

	store->lock = -1;
	if (strlen(store->directory) > 2500)
		return fail(error, error_bytes, store->directory,
			    "too long a name");
	if (!make_directory(store->directory, error, error_bytes))
		return false;
	snprintf(path, sizeof(path), "%s/.lock", store->directory);
	store->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (store->lock < 0 || flock(store->lock, LOCK_EX))
		return fail(error, error_bytes, path, strerror(errno));
	if (!load_directory(store, store->directory, error, error_bytes))
		return false;
	snprintf(path, sizeof(path), "%s/flaky", store->directory);
	return access(path, F_OK) ||
	       load_directory(store, path, error, error_bytes);
}

void triage_store_close(struct triage_store *store)
{
	for (unsigned i = 0; i < store->count; i++)
		free_entry(store->entry[i]);
	free(store->entry);
	if (store->lock >= 0)
		close(store->lock);
	store->entry = NULL;
	store->count = store->capacity = 0;
	store->lock = -1;
}

struct triage_entry *triage_store_find(const struct triage_store *store,
				       const char *signature, bool flaky)
{
	for (unsigned i = 0; i < store->count; i++) {
		struct triage_entry *entry = store->entry[i];
		const json_t *merged = json_object_get(entry->json, "merged");
		const json_t *one;
		size_t n;

		if (entry->flaky != flaky)
			continue;
		if (!strcmp(entry->signature, signature))
			return entry;
		json_array_foreach(merged, n, one)
			if (json_is_string(one) &&
			    !strcmp(json_string_value(one), signature))
				return entry;
	}
	return NULL;
}

/* What a function prints into path/name. */
static bool write_printed(const char *path, const char *name,
			  void (*print)(FILE *out, const struct tw_case *c,
					const struct triage_setting *setting,
					const char *signature,
					const char *mutants),
			  const struct triage_shown *shown,
			  const char *signature, const char *mutants,
			  char *error, size_t error_bytes)
{
	char whole[PATH_BYTES + 300], *text = NULL;
	size_t bytes = 0;
	FILE *out = open_memstream(&text, &bytes);
	bool good = out != NULL;

	if (out)
		print(out, &shown->c, &shown->setting, signature, mutants);
	good = out && !fclose(out);
	snprintf(whole, sizeof(whole), "%s/%s", path, name);
	if (!good)
		fail(error, error_bytes, whole, "out of memory");
	good = good && write_new(whole, text, bytes, error, error_bytes);
	free(text);
	return good;
}

/* All files of an entry but those of what was merged. */
static bool write_files(const struct triage_store *store,
			const struct triage_entry *entry, const char *path,
			char *error, size_t error_bytes)
{
	char name[PATH_BYTES + 300];
	uint8_t bytes[CASE_BYTES];
	size_t count = case_encode(&entry->shown.c, bytes);
	char *finding = triage_finding_text(entry->json);
	bool good = finding != NULL;

	if (!good)
		fail(error, error_bytes, path, "out of memory");
	good = good &&
	       write_printed(path, "case.tw", triage_print_case, &entry->shown,
			     entry->signature, store->mutants, error,
			     error_bytes) &&
	       write_printed(path, "case.c", triage_print_program,
			     &entry->shown, entry->signature, store->mutants,
			     error, error_bytes);
	snprintf(name, sizeof(name), "%s/case.bin", path);
	good = good && write_new(name, (const char *)bytes, count, error,
				 error_bytes);
	snprintf(name, sizeof(name), "%s/finding.json", path);
	good = good && write_new(name, finding, strlen(finding), error,
				 error_bytes);
	free(finding);
	if (good)
		sync_directory(path);
	return good;
}

/* A slug of its own: another signature may have come to the same. */
static void choose_slug(const struct triage_store *store,
			struct triage_entry *entry)
{
	char slug[TRIAGE_SLUG], path[PATH_BYTES];

	triage_slug(entry->signature, slug);
	snprintf(entry->slug, sizeof(entry->slug), "%s", slug);
	for (unsigned n = 2; n < 10000; n++) {
		entry_path(store, entry->flaky, "/", entry->slug, path);
		/* The name of where the flaky ones are is taken. */
		if (access(path, F_OK) && strcmp(entry->slug, "flaky") != 0)
			return;
		snprintf(entry->slug, sizeof(entry->slug), "%s-%u", slug, n);
	}
}

/* Whether a text says that it is of that signature. */
static bool is_filed(const char *path, const char *signature)
{
	char line[TRIAGE_SIGNATURE + 16], *text;
	size_t count;
	bool filed;

	snprintf(line, sizeof(line), "\n# %s on ", signature);
	text = read_file(path, &count);
	filed = text && strstr(text, line);
	free(text);
	return filed;
}

/* The text case under its name where the user wants it, unless it is there. */
static bool file_under(const struct triage_store *store,
		       const struct triage_entry *entry, char *error,
		       size_t error_bytes)
{
	char path[PATH_BYTES], name[TRIAGE_SLUG + 40];

	if (!store->file_under || entry->flaky)
		return true;
	if (!make_directory(store->file_under, error, error_bytes))
		return false;
	for (unsigned n = 1; n < 10000; n++) {
		if (n == 1)
			snprintf(name, sizeof(name), "%s.tw", entry->slug);
		else
			snprintf(name, sizeof(name), "%s-%u.tw", entry->slug,
				 n);
		snprintf(path, sizeof(path), "%.3000s/%s", store->file_under,
			 name);
		if (access(path, F_OK))
			return write_printed(store->file_under, name,
					     triage_print_case, &entry->shown,
					     entry->signature, store->mutants,
					     error, error_bytes);
		if (is_filed(path, entry->signature))
			return true;
	}
	return fail(error, error_bytes, store->file_under, "no name is left");
}

/* Puts all files under a name with a dot; path is that name. */
static bool write_aside(struct triage_store *store,
			const struct triage_entry *entry, char path[PATH_BYTES],
			char *error, size_t error_bytes)
{
	char flaky[PATH_BYTES];

	snprintf(flaky, sizeof(flaky), "%s/flaky", store->directory);
	if (entry->flaky && !make_directory(flaky, error, error_bytes))
		return false;
	entry_path(store, entry->flaky, NEW, entry->slug, path);
	remove_directory(path);
	if (mkdir(path, 0777))
		return fail(error, error_bytes, path, strerror(errno));
	if (write_files(store, entry, path, error, error_bytes))
		return true;
	remove_directory(path);
	return false;
}

struct triage_entry *
triage_store_add(struct triage_store *store, const struct triage_shown *shown,
		 const struct triage_shown *plain,
		 const struct triage_reply *reply, unsigned replies,
		 const struct triage_outcome *outcomes, unsigned raw_records,
		 const struct triage_raw *raw, char *error, size_t error_bytes)
{
	struct triage_entry *entry = calloc(1, sizeof(*entry));
	char aside[PATH_BYTES], path[PATH_BYTES];

	if (!entry) {
		fail(error, error_bytes, store->directory, "out of memory");
		return NULL;
	}
	entry->shown = *shown;
	entry->plain = *plain;
	entry->flaky = outcomes != NULL;
	entry->is_new = true;
	triage_signature(&shown->outcome, shown->setting.format,
			 entry->signature);
	choose_slug(store, entry);
	entry->json = triage_finding_json(store, entry, reply, replies,
					  outcomes, raw_records, raw);
	if (!entry->json ||
	    !write_aside(store, entry, aside, error, error_bytes)) {
		if (!entry->json)
			fail(error, error_bytes, entry->slug, "out of memory");
		free_entry(entry);
		return NULL;
	}
	entry_path(store, entry->flaky, "/", entry->slug, path);
	if (rename(aside, path) || !append(store, entry)) {
		fail(error, error_bytes, path, strerror(errno));
		remove_directory(aside);
		free_entry(entry);
		return NULL;
	}
	sync_directory(store->directory);
	if (!file_under(store, entry, error, error_bytes))
		return NULL;
	return entry;
}

/* The finding anew; what was there is there until then. */
static bool rewrite(const struct triage_store *store,
		    const struct triage_entry *entry, json_t *finding,
		    char *error, size_t error_bytes)
{
	char path[PATH_BYTES], name[PATH_BYTES + 32], fresh[PATH_BYTES + 32];
	char *text = triage_finding_text(finding);
	bool good;

	entry_path(store, entry->flaky, "/", entry->slug, path);
	snprintf(name, sizeof(name), "%s/finding.json", path);
	snprintf(fresh, sizeof(fresh), "%s/.finding.json.new", path);
	if (!text)
		return fail(error, error_bytes, name, "out of memory");
	unlink(fresh);
	good = write_new(fresh, text, strlen(text), error, error_bytes);
	free(text);
	if (good && rename(fresh, name)) {
		fail(error, error_bytes, name, strerror(errno));
		unlink(fresh);
		good = false;
	}
	if (good)
		sync_directory(path);
	return good;
}

/* The case of a merged signature, under its name in the entry's directory. */
static bool keep_merged(const struct triage_store *store,
			const struct triage_entry *entry,
			const struct triage_shown *merge,
			const char *signature, char *error, size_t error_bytes)
{
	char path[PATH_BYTES], name[TRIAGE_SLUG + 16];
	char slug[TRIAGE_SLUG], whole[PATH_BYTES + 300];

	entry_path(store, entry->flaky, "/", entry->slug, path);
	triage_slug(signature, slug);
	snprintf(name, sizeof(name), "merged-%s.tw", slug);
	snprintf(whole, sizeof(whole), "%s/%s", path, name);
	return !access(whole, F_OK) ||
	       write_printed(path, name, triage_print_case, merge, signature,
			     store->mutants, error, error_bytes);
}

bool triage_store_extend(struct triage_store *store, struct triage_entry *entry,
			 const struct triage_raw *raw,
			 const struct triage_shown *merge, char *error,
			 size_t error_bytes)
{
	json_t *finding = json_deep_copy(entry->json);
	bool changed;

	if (!finding)
		return fail(error, error_bytes, entry->slug, "out of memory");
	changed = triage_finding_count(finding, raw);
	if (merge) {
		char signature[TRIAGE_SIGNATURE];

		triage_signature(&merge->outcome, merge->setting.format,
				 signature);
		if (!keep_merged(store, entry, merge, signature, error,
				 error_bytes)) {
			json_decref(finding);
			return false;
		}
		json_array_append_new(json_object_get(finding, "merged"),
				      triage_text_json(signature));
		changed = true;
	}
	if (changed && !rewrite(store, entry, finding, error, error_bytes)) {
		json_decref(finding);
		return false;
	}
	json_decref(entry->json);
	entry->json = finding;
	return file_under(store, entry, error, error_bytes);
}

/* Everything else that is in the directory, into the one that takes its place. */
static void link_others(const char *from, const char *to)
{
	struct dirent **list;
	int count = scandir(from, &list, is_name, alphasort);

	for (int i = 0; i < count; i++) {
		char old[PATH_BYTES], fresh[PATH_BYTES];

		snprintf(old, sizeof(old), "%.3000s/%.255s", from,
			 list[i]->d_name);
		snprintf(fresh, sizeof(fresh), "%.3000s/%.255s", to,
			 list[i]->d_name);
		/* What is there already is newer. */
		(void)!link(old, fresh);
		free(list[i]);
	}
	if (count >= 0)
		free(list);
}

/* At no time is there no directory of that name, where the system can do that. */
static bool exchange(const struct triage_store *store,
		     const struct triage_entry *entry, const char *aside,
		     const char *path)
{
	char old[PATH_BYTES];

	if (!renameat2(AT_FDCWD, aside, AT_FDCWD, path, RENAME_EXCHANGE)) {
		remove_directory(aside);
		return true;
	}
	entry_path(store, entry->flaky, OLD, entry->slug, old);
	if (rename(path, old))
		return false;
	if (rename(aside, path)) {
		rename(old, path);
		return false;
	}
	remove_directory(old);
	return true;
}

bool triage_store_replace(struct triage_store *store,
			  struct triage_entry *entry,
			  const struct triage_shown *shown,
			  unsigned raw_records, char *error, size_t error_bytes)
{
	struct triage_entry fresh = *entry;
	char aside[PATH_BYTES], path[PATH_BYTES];

	fresh.shown = *shown;
	fresh.json = json_deep_copy(entry->json);
	if (!fresh.json)
		return fail(error, error_bytes, entry->slug, "out of memory");
	triage_finding_case(fresh.json, store, &fresh);
	json_object_set_new(fresh.json, "raw_records",
			    json_integer(raw_records));
	if (!write_aside(store, &fresh, aside, error, error_bytes)) {
		json_decref(fresh.json);
		return false;
	}
	entry_path(store, entry->flaky, "/", entry->slug, path);
	link_others(path, aside);
	if (!exchange(store, entry, aside, path)) {
		fail(error, error_bytes, path, strerror(errno));
		remove_directory(aside);
		json_decref(fresh.json);
		return false;
	}
	sync_directory(store->directory);
	json_decref(entry->json);
	*entry = fresh;
	return true;
}
