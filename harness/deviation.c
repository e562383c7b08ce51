/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Known deviations: see deviation.h.
 */
#include "deviation.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "text_error.h"

/* The names of a set; the position is the bit. */
typedef const char *name_of(unsigned index);

static const char *word_name(unsigned i)
{
	return i < PT_WORDS ? pt_word_name(i) : NULL;
}

static const char *got_name(unsigned i)
{
	return i < GUEST_CLASSES ? guest_class_name(i) :
	       i == GUEST_CLASSES ? "other-page" : NULL;
}

static const char *depth_name(unsigned i)
{
	return i < PT_DEPTHS ? pt_depth_name((int)i) : NULL;
}

static const char *access_name(unsigned i)
{
	return i < PT_ACCESSES ? guest_access_name(i) : NULL;
}

static const char *privilege_name(unsigned i)
{
	return i < PT_PRIVILEGES ? guest_privilege_name(i) : NULL;
}

static const struct {
	const char *architecture, *name;
	uint32_t bit;
} controls[] = {
	{ "x86", "WP", PT_REGIME_X86_WP },
	{ "x86", "NXE", PT_REGIME_X86_NXE },
	{ "x86", "SMEP", PT_REGIME_X86_SMEP },
	{ "x86", "SMAP", PT_REGIME_X86_SMAP },
	{ "x86", "PKE", PT_REGIME_X86_PKE },
	{ "riscv", "SUM", PT_REGIME_RISCV_SUM },
	{ "riscv", "MXR", PT_REGIME_RISCV_MXR },
	{ "riscv", "ADUE", PT_REGIME_RISCV_ADUE },
	{ "arm64", "HA", PT_REGIME_ARM64_HA },
	{ "arm64", "PAN", PT_REGIME_ARM64_PAN },
	{ "arm64", "WXN", PT_REGIME_ARM64_WXN },
	{ "arm64", "HPD", PT_REGIME_ARM64_HPD },
	{ "arm64", "STAGE2", PT_REGIME_ARM64_STAGE2 },
	{ "arm", "MANAGER", PT_REGIME_ARM_MANAGER },
	{ "arm", "AFE", PT_REGIME_ARM_AFE },
};

#define CONTROLS (sizeof(controls) / sizeof(controls[0]))

void control_text(char out[CONTROL_TEXT], const char *architecture,
		  uint32_t control)
{
	size_t used = 0;

	snprintf(out, CONTROL_TEXT, "-");
	for (size_t i = 0; i < CONTROLS; i++)
		if (!strcmp(controls[i].architecture, architecture) &&
		    control & controls[i].bit && used < CONTROL_TEXT)
			used += (size_t)snprintf(out + used,
						 CONTROL_TEXT - used, "%s%s",
						 used ? " " : "",
						 controls[i].name);
}

uint32_t control_bit(const char *architecture, const char *name)
{
	for (size_t i = 0; i < CONTROLS; i++)
		if ((!architecture ||
		     !strcmp(controls[i].architecture, architecture)) &&
		    !strcmp(controls[i].name, name))
			return controls[i].bit;
	return 0;
}

/* Reading */

enum {
	KEY_FORMATS, KEY_EXPECTED, KEY_GOT, KEY_DEPTHS, KEY_ACCESS, KEY_BY,
	KEY_BITS, KEY_CLEAR, KEY_ABOVE, KEY_WAY, KEY_CONTROL, KEY_TURN, KEY_ASK,
	KEY_TOLD, KEY_REASON, KEY_MANUAL, KEY_RUN, KEYS,
};

static const char *const keys[KEYS] = {
	[KEY_FORMATS] = "formats", [KEY_EXPECTED] = "expected",
	[KEY_GOT] = "got", [KEY_DEPTHS] = "depths", [KEY_ACCESS] = "access",
	[KEY_BY] = "by", [KEY_BITS] = "bits", [KEY_CLEAR] = "clear",
	[KEY_ABOVE] = "above", [KEY_WAY] = "way", [KEY_CONTROL] = "control",
	[KEY_TURN] = "turn", [KEY_ASK] = "ask", [KEY_TOLD] = "told",
	[KEY_REASON] = "reason", [KEY_MANUAL] = "manual", [KEY_RUN] = "run",
};

struct parser {
	struct text_at at;
	struct deviation_list *list;
	struct deviation *d;		/* the stanza in hand; NULL: none */
	unsigned last_key;		/* that a next line goes on with; KEYS: none */
};

/* The next word of a list of words with blanks; false at the end. */
static bool next_word(const char **text, char word[64])
{
	size_t length;

	*text += strspn(*text, " \t");
	length = strcspn(*text, " \t");
	if (!length)
		return false;
	snprintf(word, 64, "%.*s", (int)length, *text);
	*text += length;
	return true;
}

static bool read_set(struct parser *p, const char *value, name_of *name,
		     uint32_t *set)
{
	char word[64];

	while (next_word(&value, word)) {
		unsigned i = 0;

		while (name(i) && strcmp(name(i), word))
			i++;
		if (!name(i))
			return text_fail(&p->at, "`%s' is no word for this key",
					 word);
		*set |= UINT32_C(1) << i;
	}
	return true;
}

/* "54-60 63" */
static bool read_bits(struct parser *p, const char *value, uint64_t *set)
{
	char word[64];

	while (next_word(&value, word)) {
		char *end;
		unsigned long first = strtoul(word, &end, 10), last = first;

		if (*end == '-' && isdigit((unsigned char)end[1]))
			last = strtoul(end + 1, &end, 10);
		if (!isdigit((unsigned char)word[0]) || *end || first > last || last > 63)
			return text_fail(&p->at,
					 "`%s' is no bit or range of bits",
					 word);
		*set |= pt_ones((unsigned)last + 1) & ~pt_ones((unsigned)first);
	}
	return true;
}

/* "SUM !MXR" */
static bool read_control(struct parser *p, const char *value,
			 struct deviation *d)
{
	char word[64];

	while (next_word(&value, word)) {
		const bool off = word[0] == '!';
		const uint32_t bit = control_bit(NULL, word + off);

		if (!bit)
			return text_fail(&p->at, "no control bit `%s'", word + off);
		*(off ? &d->control_off : &d->control_on) |= bit;
	}
	return true;
}

static bool read_text(struct parser *p, const char *value, char *out,
		      size_t bytes)
{
	size_t used = strlen(out);
	int n = snprintf(out + used, bytes - used, "%s%s", used ? " " : "",
			 value);

	if (n < 0 || (size_t)n >= bytes - used)
		return text_fail(&p->at, "too long: %.40s", value);
	return true;
}

/* A key whose value can be one word only. */
static bool read_flag(struct parser *p, const char *value, const char *word,
		      bool *flag)
{
	if (strcmp(value, word))
		return text_fail(&p->at, "`%s' is not `%s'", value, word);
	*flag = true;
	return true;
}

static bool read_value(struct parser *p, unsigned key, const char *value)
{
	struct deviation *d = p->d;

	switch (key) {
	case KEY_FORMATS:
		return read_text(p, value, d->formats, sizeof(d->formats));
	case KEY_EXPECTED:
		return read_set(p, value, word_name, &d->expected);
	case KEY_GOT:
		return read_set(p, value, got_name, &d->got);
	case KEY_DEPTHS:
		return read_set(p, value, depth_name, &d->depths);
	case KEY_ACCESS:
		return read_set(p, value, access_name, &d->accesses);
	case KEY_BY:
		return read_set(p, value, privilege_name, &d->privileges);
	case KEY_BITS:
		return read_bits(p, value, &d->bits);
	case KEY_CLEAR:
		return read_bits(p, value, &d->clear);
	case KEY_ABOVE:
		return read_bits(p, value, &d->above);
	case KEY_WAY:
		return read_flag(p, value, "translate", &d->translate);
	case KEY_CONTROL:
		return read_control(p, value, d);
	case KEY_TURN:
		return read_flag(p, value, "second", &d->again);
	case KEY_ASK:
		return read_flag(p, value, "read", &d->reads);
	case KEY_TOLD:
		return read_flag(p, value, "hw", &d->told);
	case KEY_REASON:
		return read_text(p, value, d->reason, sizeof(d->reason));
	case KEY_MANUAL:
		return read_text(p, value, d->manual, sizeof(d->manual));
	default:
		return read_text(p, value, d->run, sizeof(d->run));
	}
}

static bool end_stanza(struct parser *p)
{
	const struct deviation *d = p->d;

	p->d = NULL;
	p->last_key = KEYS;
	if (!d)
		return true;
	if (!d->formats[0] || (!d->told && (!d->expected || !d->got)) ||
	    !d->reason[0] || !d->manual[0] || !d->run[0])
		return text_fail(&p->at, "%s lacks one of formats, expected, got, "
				 "reason, manual, run", d->id);
	p->list->count++;
	return true;
}

static bool begin_stanza(struct parser *p, const char *id)
{
	struct deviation_list *list = p->list;

	if (!end_stanza(p))
		return false;
	if (!*id)
		return text_fail(&p->at, "an id without a name");
	for (unsigned i = 0; i < list->count; i++)
		if (!strcmp(list->deviation[i].id, id))
			return text_fail(&p->at, "a second `%s'", id);
	if (list->count == DEVIATIONS_MAX)
		return text_fail(&p->at, "no room for `%s'", id);
	p->d = &list->deviation[list->count];
	*p->d = (struct deviation){ .id = "" };
	return read_text(p, id, p->d->id, sizeof(p->d->id));
}

static bool read_line(struct parser *p, const char *line)
{
	const char *value = line + strspn(line, " \t");
	size_t length = strcspn(line, ":");
	unsigned key = 0;

	if (line[0] == '#')
		return true;
	if (!*value)
		return end_stanza(p);
	if (value > line) {
		if (!p->d || p->last_key == KEYS)
			return text_fail(&p->at,
					 "nothing that `%.40s' goes on with",
					 value);
		return read_value(p, p->last_key, value);
	}
	value = line + length;
	value += *value == ':';
	value += strspn(value, " \t");
	if (length == 2 && !strncmp(line, "id", 2))
		return begin_stanza(p, value);
	while (key < KEYS && (strlen(keys[key]) != length ||
			      strncmp(keys[key], line, length)))
		key++;
	if (key == KEYS || line[length] != ':')
		return text_fail(&p->at, "no key: %.40s", line);
	if (!p->d)
		return text_fail(&p->at, "`%s' before any id", keys[key]);
	p->last_key = key;
	return read_value(p, key, value);
}

bool deviation_parse(struct deviation_list *list, const char *source,
		     const char *const *lines, char *error, size_t error_bytes)
{
	struct parser p = {
		.at = { .source = source, .error = error,
			.error_bytes = error_bytes },
		.list = list, .last_key = KEYS,
	};

	for (; lines[p.at.line]; )
		if (!read_line(&p, lines[p.at.line++]))
			return false;
	return end_stanza(&p);
}

bool deviation_read(struct deviation_list *list, const char *path, char *error,
		    size_t error_bytes)
{
	FILE *in = fopen(path, "r");
	struct parser p = {
		.at = { .source = path, .error = error,
			.error_bytes = error_bytes },
		.list = list, .last_key = KEYS,
	};
	char line[1024];
	bool good = true;

	if (!in) {
		snprintf(error, error_bytes, "%s: %s", path, strerror(errno));
		return false;
	}
	while (good && fgets(line, sizeof(line), in)) {
		p.at.line++;
		line[strcspn(line, "\r\n")] = '\0';
		good = read_line(&p, line);
	}
	if (good && ferror(in)) {
		snprintf(error, error_bytes, "%s: cannot be read", path);
		good = false;
	}
	fclose(in);
	return good && end_stanza(&p);
}

bool deviation_builtin(struct deviation_list *list, const char *architecture,
		       const char *emulator, char *error, size_t error_bytes)
{
	for (unsigned i = 0; i < deviation_file_count; i++) {
		const struct deviation_file *f = &deviation_files[i];
		const bool open = !strcmp(f->emulator, "manual");
		unsigned first = list->count;
		char source[160];

		if (strcmp(f->architecture, architecture) ||
		    (!open && strcmp(f->emulator, emulator)))
			continue;
		snprintf(source, sizeof(source), "arch/%s/deviations/%s.txt",
			 architecture, f->emulator);
		if (!deviation_parse(list, source, f->lines, error,
				     error_bytes))
			return false;
		for (; first < list->count; first++)
			list->deviation[first].open = open;
	}
	return true;
}

bool deviation_of_guest(struct deviation_list *list, const struct guest *guest,
			const char *architecture,
			char emulator[DEVIATION_EMULATOR], char *error,
			size_t error_bytes)
{
	char version[GUEST_VERSION];

	if (guest_version(guest, version)) {
		snprintf(error, error_bytes, "%s does not tell its version",
			 guest_emulator(guest));
		return false;
	}
	snprintf(emulator, DEVIATION_EMULATOR, "qemu-%s", version);
	return deviation_builtin(list, architecture, emulator, error,
				 error_bytes);
}

/* Asking */

bool deviation_concerns(const struct deviation *deviation, const char *format)
{
	const char *globs = deviation->formats;
	char glob[64];

	while (next_word(&globs, glob)) {
		size_t length = strcspn(glob, "*");

		if (!strncmp(glob, format, length) &&
		    (glob[length] == '*' || !format[length]))
			return true;
	}
	return false;
}

static bool in_set(uint32_t set, unsigned bit)
{
	return !set || set >> bit & 1;
}

/* But for what was got. */
static bool fits(const struct deviation *d, const struct deviation_query *q)
{
	return !d->told && d->expected >> q->verdict.word & 1 &&
	       (!d->depths ||
		(q->verdict.depth >= 0 &&
		 d->depths >> (unsigned)q->verdict.depth & 1)) &&
	       in_set(d->accesses, q->access) &&
	       in_set(d->privileges, q->privilege) &&
	       (!d->bits || d->bits & q->word) && !(d->clear & q->word) &&
	       (!d->above || d->above & q->above) &&
	       (d->control_on & q->control) == d->control_on &&
	       !(d->control_off & q->control) && (!d->again || q->again) &&
	       (!d->translate || q->translate) &&
	       deviation_concerns(d, q->format);
}

const struct deviation *deviation_named(const struct deviation_list *list,
					const char *id)
{
	for (unsigned i = 0; i < list->count; i++)
		if (!strcmp(list->deviation[i].id, id))
			return &list->deviation[i];
	return NULL;
}

const struct deviation *deviation_find(const struct deviation_list *list,
				       const struct deviation_query *query)
{
	const uint32_t got = query->other_page ? DEVIATION_OTHER_PAGE :
						 UINT32_C(1) << query->got.class;

	for (unsigned i = 0; i < list->count; i++)
		if (list->deviation[i].got & got &&
		    fits(&list->deviation[i], query))
			return &list->deviation[i];
	return NULL;
}

const struct deviation *deviation_ahead(const struct deviation_list *list,
					const struct deviation_query *query,
					const struct deviation *after)
{
	const struct deviation *d = after ? after + 1 : list->deviation;

	for (; d < list->deviation + list->count; d++)
		if (fits(d, query))
			return d;
	return NULL;
}
