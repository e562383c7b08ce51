/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Text and files -> cases.  docs/case-format.md has the grammar.
 *
 * The parser is for what people write: it names the line of anything that it
 * does not know, and accepts nothing that bytes cannot say, so that text and
 * binary are equally expressive.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "case.h"
#include "case_shape.h"
#include "case_text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct parser {
	const char *name;
	unsigned line;
	struct text_reader in; /* the rest of the line */
	struct tw_case *out;
	bool records;         /* the header is over */
	unsigned header_seen; /* header lines so far, by index */
	char *error;
	size_t error_bytes;
};

/* A word as it may be shown in an error: short and printable. */
struct shown {
	char text[32];
};

static struct shown show(struct text_reader word)
{
	struct shown s;
	size_t n = 0;

	for (; word.at < word.end && n < sizeof(s.text) - 1; word.at++)
		s.text[n++] =
			*word.at >= ' ' && *word.at <= '~' ? *word.at : '?';
	s.text[n] = '\0';
	return s;
}

/* Fills error with the place and three pieces of text.  Always -EINVAL. */
static int fail(const struct parser *p, const char *before,
		struct text_reader word, const char *after)
{
	snprintf(p->error, p->error_bytes, "%s:%u: %s%s%s", p->name, p->line,
		 before, show(word).text, after);
	return -EINVAL;
}

/* The same without a word of the text in it. */
static int fail_with(const struct parser *p, const char *what,
		     const char *which)
{
	snprintf(p->error, p->error_bytes, "%s:%u: %s%s", p->name, p->line,
		 what, which);
	return -EINVAL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next word of the line; empty at its end, or before a comment. */
static struct text_reader next_word(struct text_reader *in)
{
	struct text_reader word;

	while (in->at < in->end && is_blank(*in->at))
		in->at++;
	if (in->at < in->end && *in->at == '#')
		in->at = in->end;
	word.at = in->at;
	while (in->at < in->end && !is_blank(*in->at))
		in->at++;
	word.end = in->at;
	return word;
}

static bool is_word(struct text_reader word, const char *s)
{
	return text_take(&word, s) && word.at == word.end;
}

static bool whole_name(struct text_reader word, const char *const *names,
		       size_t count, uint8_t *value)
{
	return text_take_name(&word, names, count, value) &&
	       word.at == word.end;
}

/* "0x" and one to four digits. */
static bool whole_salt(struct text_reader word, uint16_t *salt)
{
	static const char digits[] = "0123456789abcdef";
	unsigned value = 0, count = 0;

	if (!text_take(&word, "0x"))
		return false;
	for (; word.at < word.end && count < 5; word.at++, count++) {
		const char *d = *word.at ? strchr(digits, *word.at) : NULL;

		if (!d)
			return false;
		value = value * 16 + (unsigned)(d - digits);
	}
	*salt = (uint16_t)value;
	return count >= 1 && count <= 4;
}

/* default, none, or names joined by commas. */
static bool whole_kinds(struct text_reader word, unsigned version,
			uint64_t *mask)
{
	const unsigned known = case_kinds(version);
	const char *names[OP_KINDS];
	uint64_t kinds = 1;
	uint8_t kind;

	*mask = is_word(word, "none") ? 1 : case_mask(0, version);
	if (is_word(word, "default") || is_word(word, "none"))
		return true;
	for (unsigned i = 0; i < OP_KINDS; i++)
		names[i] = op_kind_name(i);
	do {
		if (!text_take_name(&word, names, known, &kind) || !kind ||
		    kinds >> kind & 1)
			return false;
		kinds |= UINT64_C(1) << kind;
	} while (text_take(&word, ","));
	*mask = kinds;
	return word.at == word.end;
}

static bool whole_profile(struct text_reader word, unsigned version,
			  uint8_t *profile)
{
	const char *names[CASE_PROFILES];

	for (unsigned i = 0; i < CASE_PROFILES; i++)
		names[i] = case_profile_name(i);
	return whole_name(word, names, version >= 2 ? CASE_PROFILES : 1,
			  profile);
}

static bool whole_window(struct text_reader word, unsigned version,
			 uint8_t *window)
{
	return whole_name(word, text_window_name,
			  version >= 3 ? CASE_WINDOWS : CASE_WINDOW_PAGES,
			  window);
}

/* What a header line should have said. */
static const char *expected(unsigned which, unsigned version)
{
	static const char *const what[] = {
		"' is not a number 0..3",
		"' is not a profile of this version of cases",
		"' is not a window (low, 4g, top, mixed, ram)",
		"' is not a salt (0x and up to 4 digits)",
		"' is not default, none, or kinds joined by commas",
	};

	if (which == 2 && version >= 3)
		return "' is not a window (low, 4g, top, mixed, ram, pages)";
	return what[which];
}

static int parse_header_line(struct parser *p, unsigned which)
{
	struct case_header *h = &p->out->header;
	struct text_reader word = next_word(&p->in), copy = word;
	bool good;

	if (p->records)
		return fail_with(p, "header lines come before the first ",
				 "record");
	if (p->header_seen >> which & 1)
		return fail_with(p, "this header line is given ", "twice");
	p->header_seen |= 1u << which;
	if (which == 0)
		good = text_take_byte(&copy, 3, &h->regime) &&
		       copy.at == copy.end;
	else if (which == 1)
		good = whole_profile(word, h->version, &h->profile);
	else if (which == 2)
		good = whole_window(word, h->version, &h->window);
	else if (which == 3)
		good = whole_salt(word, &h->salt);
	else
		good = whole_kinds(word, h->version, &h->mask);
	if (!good)
		return fail(p, "'", word, expected(which, h->version));
	word = next_word(&p->in);
	if (word.at != word.end)
		return fail(p, "unexpected '", word, "'");
	return 0;
}

/* Whether records of the kind have the field, in this version. */
static bool has_field(const struct parser *p, unsigned kind, unsigned field)
{
	return text_fields[field].kinds >> kind & 1 &&
	       case_has_fields(kind, p->out->header.version);
}

/* The index of the field of that name that the kind has, or TEXT_FIELDS. */
static unsigned field_of(const struct parser *p, unsigned kind,
			 struct text_reader name)
{
	unsigned i;

	for (i = 0; i < TEXT_FIELDS; i++)
		if (is_word(name, text_fields[i].name) && has_field(p, kind, i))
			break;
	return i;
}

/* One key=value word of a record. */
static int parse_field(struct parser *p, struct text_reader word,
		       struct case_record *r, uint64_t *seen)
{
	struct text_reader name = word, value = { word.end, word.end };
	const struct text_field *f;
	unsigned i;

	for (const char *c = word.at; c < word.end; c++)
		if (*c == '=') {
			name.end = c;
			value.at = c + 1;
			break;
		}
	i = field_of(p, r->kind, name);
	if (i == TEXT_FIELDS)
		return fail(p, "unknown field '", name, "' of this operation");
	if (*seen >> i & 1)
		return fail_with(p, "given twice: ", text_fields[i].name);
	*seen |= UINT64_C(1) << i;
	f = &text_fields[i];
	if (!f->parse(&value, f, r) || value.at != value.end)
		return fail(p, "bad value: '", word, "'");
	return 0;
}

static int parse_record(struct parser *p, unsigned kind)
{
	struct case_record r = { .kind = (uint8_t)kind };
	uint64_t seen = 0;
	const char *bad;

	p->records = true;
	if (p->out->count == CASE_RECORDS)
		return fail_with(p, "more than 64 ", "records");
	if (!(p->out->header.mask >> kind & 1))
		return fail_with(p, "not among the kinds of this case: ",
				 op_kind_name(kind));
	for (;;) {
		struct text_reader word = next_word(&p->in);

		if (word.at == word.end)
			break;
		if (parse_field(p, word, &r, &seen))
			return -EINVAL;
	}
	for (unsigned i = 0; i < TEXT_FIELDS; i++)
		if (has_field(p, kind, i) &&
		    !text_fields[i].optional && !(seen >> i & 1))
			return fail_with(
				p, "missing field: ", text_fields[i].name);
	if (!case_record_valid(&r, p->out->header.version, &bad))
		return fail_with(p, "no code for this ", bad);
	p->out->record[p->out->count++] = r;
	return 0;
}

static int parse_line(struct parser *p)
{
	static const char *const header_name[] = {
		"regime", "profile", "window", "salt", "kinds",
	};
	struct text_reader word = next_word(&p->in);

	if (word.at == word.end)
		return 0;
	for (unsigned i = 0; i < COUNT(header_name); i++)
		if (is_word(word, header_name[i]))
			return parse_header_line(p, i);
	for (unsigned i = 0; i < OP_KINDS; i++)
		if (is_word(word, op_kind_name(i)))
			return parse_record(p, i);
	return fail(p, "'", word,
		    "' is neither a header line nor an operation");
}

/* "tablewalk case 1", or 2, or 3 */
static int parse_first_line(struct parser *p)
{
	struct text_reader word = next_word(&p->in);

	if (!is_word(word, "tablewalk") || !is_word(next_word(&p->in), "case"))
		return fail_with(p, "a case begins with ",
				 "'tablewalk case 1'");
	word = next_word(&p->in);
	for (unsigned i = 1; i <= CASE_NEWEST; i++) {
		const char digit[2] = { (char)('0' + i), '\0' };

		if (is_word(word, digit))
			p->out->header.version = (uint8_t)i;
	}
	p->out->header.mask = case_mask(0, p->out->header.version);
	if (!p->out->header.version)
		return fail(p, "unknown version '", word,
			    "' of the case format");
	word = next_word(&p->in);
	if (word.at != word.end)
		return fail(p, "unexpected '", word, "'");
	return 0;
}

int case_parse(const char *text, size_t length, const char *name,
	       struct tw_case *out, char *error, size_t error_bytes)
{
	struct parser p = { .name = name,
			    .out = out,
			    .error = error,
			    .error_bytes = error_bytes };
	const char *end = text + length;

	*out = (struct tw_case){ .header = { .mask = OP_MASK_V1 } };
	do {
		const char *stop =
			length && text < end
				? memchr(text, '\n', (size_t)(end - text))
				: NULL;

		p.line++;
		p.in = (struct text_reader){ text, stop ? stop : end };
		if (p.line == 1 ? parse_first_line(&p) : parse_line(&p))
			return -EINVAL;
		text = stop ? stop + 1 : end;
	} while (text < end);
	return 0;
}

/* Reads at most bytes; a negative errno with a sentence in error. */
static int read_file(const char *path, uint8_t *buffer, size_t bytes,
		     size_t *length, char *error, size_t error_bytes)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	int result = 0;

	if (!file || fstat(fileno(file), &st)) {
		result = errno ? -errno : -EIO;
		snprintf(error, error_bytes, "%s: cannot be read: %s", path,
			 strerror(-result));
	} else if (S_ISDIR(st.st_mode)) {
		result = -EISDIR;
		snprintf(error, error_bytes, "%s: is a directory, not a case",
			 path);
	} else {
		*length = fread(buffer, 1, bytes, file);
		if (ferror(file)) {
			result = -EIO;
			snprintf(error, error_bytes, "%s: cannot be read",
				 path);
		}
	}
	if (file)
		fclose(file);
	return result;
}

/* A binary case, if it is to be one. */
static int load_bytes(const char *path, enum case_bytes take,
		      const uint8_t *bytes, size_t length, struct tw_case *out,
		      char *error, size_t error_bytes)
{
	if (take == CASE_TAGGED && (!length || bytes[0] != CASE_TAG)) {
		snprintf(error, error_bytes,
			 "%s: is no case: it begins neither with `tablewalk' "
			 "nor with the tag of a binary one (`tablewalk convert "
			 "--any-bytes' takes it all the same)", path);
		return -EINVAL;
	}
	case_decode(bytes, length, out);
	return 0;
}

int case_load(const char *path, enum case_bytes take, struct tw_case *out,
	      char *error, size_t error_bytes)
{
	static const char magic[] = "tablewalk";
	size_t length = 0, room = CASE_FILE_BYTES + 1;
	uint8_t *buffer = malloc(room);
	int result;

	if (!buffer) {
		snprintf(error, error_bytes, "%s: out of memory", path);
		return -ENOMEM;
	}
	result = read_file(path, buffer, room, &length, error, error_bytes);
	if (result == 0 && (length < strlen(magic) ||
			    memcmp(buffer, magic, strlen(magic)) != 0)) {
		result = load_bytes(path, take, buffer, length, out, error,
				    error_bytes);
	} else if (result == 0 && length > CASE_FILE_BYTES) {
		result = -EFBIG;
		snprintf(error, error_bytes,
			 "%s: is larger than any case (1 MiB)", path);
	} else if (result == 0) {
		result = case_parse((const char *)buffer, length, path, out,
				    error, error_bytes);
	}
	free(buffer);
	return result;
}
