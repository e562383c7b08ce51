/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Cases of a sweep as text: see sweep.h and docs/deviations.md.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sweep.h"
#include "text_error.h"

void sweep_case_print(FILE *out, const struct sweep_case *c,
		      const struct sweep_bucket *b)
{
	char control[CONTROL_TEXT], expected[128], got[128];

	if (b) {
		sweep_expected_text(expected, sizeof(expected), b);
		sweep_got_text(got, sizeof(got), b);
		fprintf(out, "# expected %s, got %s\n", expected, got);
		fprintf(out, "# cause: %s\n", b->cause ? b->cause->id : "?");
	}
	control_text(control, c->format->architecture, c->control);
	fprintf(out, "format %s\ncontrol %s\n", c->format->name, control);
	for (unsigned d = c->format->top; d <= c->leaf; d++)
		fprintf(out, "%s 0x%" PRIx64 "\n", pt_depth_name((int)d),
			c->word[d]);
	fprintf(out, "va 0x%" PRIx64 "\naccess %s %s%s\nvaried %s", c->va,
		guest_access_name(c->access),
		guest_privilege_name(c->privilege),
		c->translate ? " translate" : "",
		pt_depth_name((int)c->depth));
	if (c->bit >= 0)
		fprintf(out, " bit %d", c->bit);
	fputc('\n', out);
}

/* Reading.  Words of a line in turn; NULL behind the last. */
struct reader {
	struct text_at at;
	struct sweep_case *c;
	unsigned words;			/* bit depth: given */
	bool va, access, varied;
};

static bool read_number(struct reader *r, const char *text, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = text ? strtoull(text, &end, 16) : 0;
	if (!text || strncmp(text, "0x", 2) || errno || *end || end == text + 2)
		return text_fail(&r->at, "`%s' is no number like 0x1f",
			    text ? text : "");
	return true;
}

/* Which of count numbers has that name; count where none has. */
static unsigned named(const char *(*name)(unsigned number), unsigned count,
		      const char *text)
{
	unsigned i = 0;

	while (i < count && (!text || strcmp(name(i), text)))
		i++;
	return i;
}

static bool read_access(struct reader *r, char **rest)
{
	const char *access = strtok_r(NULL, " ", rest);
	const char *privilege = strtok_r(NULL, " ", rest);
	const char *way = strtok_r(NULL, " ", rest);
	const unsigned a = named(guest_access_name, PT_ACCESSES, access);
	const unsigned p = named(guest_privilege_name, PT_PRIVILEGES,
				 privilege);

	if (a == PT_ACCESSES || p == PT_PRIVILEGES ||
	    (way && strcmp(way, "translate")))
		return text_fail(&r->at, "access wants read, write or fetch, then "
				     "user or kernel, and may say translate");
	r->c->access = (enum pt_access)a;
	r->c->privilege = (enum pt_privilege)p;
	r->c->translate = way != NULL;
	r->access = true;
	return true;
}

static unsigned depth_of(const char *name)
{
	unsigned d = 0;

	while (d < PT_DEPTHS && strcmp(pt_depth_name((int)d), name))
		d++;
	return d;
}

static bool read_varied(struct reader *r, char **rest)
{
	const char *depth = strtok_r(NULL, " ", rest);
	const char *word = strtok_r(NULL, " ", rest);
	const char *bit = strtok_r(NULL, " ", rest);
	const unsigned d = depth ? depth_of(depth) : PT_DEPTHS;
	char *end = NULL;
	long number = bit ? strtol(bit, &end, 10) : -1;

	if (d == PT_DEPTHS || (word && strcmp(word, "bit")) || !word != !bit ||
	    (bit && (*end || end == bit || number < 0 || number > 63)))
		return text_fail(&r->at, "varied wants a depth, and may say bit "
				     "and its number");
	r->c->depth = (uint8_t)d;
	r->c->bit = (int8_t)number;
	r->varied = true;
	return true;
}

static bool read_control(struct reader *r, char **rest)
{
	const char *architecture = r->c->format->architecture;
	const char *name;

	while ((name = strtok_r(NULL, " ", rest))) {
		const uint32_t bit = control_bit(architecture, name);

		if (!bit && strcmp(name, "-"))
			return text_fail(&r->at, "no control bit `%s'", name);
		r->c->control |= bit;
	}
	return true;
}

static bool read_word(struct reader *r, unsigned depth, char **rest)
{
	if (depth < r->c->format->top)
		return text_fail(&r->at, "the format has no %s",
			    pt_depth_name((int)depth));
	r->words |= 1u << depth;
	return read_number(r, strtok_r(NULL, " ", rest), &r->c->word[depth]);
}

static bool read_line(struct reader *r, char *line)
{
	char *rest, *key = strtok_r(line, " ", &rest);

	if (!key || *key == '#')
		return true;
	if (!strcmp(key, "format")) {
		const char *name = strtok_r(NULL, " ", &rest);

		r->c->format = name ? pt_format_find(name) : NULL;
		return r->c->format ||
		       text_fail(&r->at, "unknown format `%s'", name ? name : "");
	}
	if (!r->c->format)
		return text_fail(&r->at, "the first line must name the format");
	if (!strcmp(key, "control"))
		return read_control(r, &rest);
	if (!strcmp(key, "access"))
		return read_access(r, &rest);
	if (!strcmp(key, "varied"))
		return read_varied(r, &rest);
	if (!strcmp(key, "va")) {
		r->va = true;
		return read_number(r, strtok_r(NULL, " ", &rest), &r->c->va);
	}
	if (depth_of(key) < PT_DEPTHS)
		return read_word(r, depth_of(key), &rest);
	return text_fail(&r->at, "no key: %.40s", key);
}

/* What is there must be a chain from the root on. */
static bool complete(struct reader *r)
{
	struct sweep_case *c = r->c;
	unsigned leaf = PT_DEPTHS;

	if (!c->format || !r->va || !r->access || !r->words)
		return text_fail(&r->at, "a case wants format, words, va and access");
	while (leaf-- > 0 && !(r->words >> leaf & 1))
		continue;
	if (r->words != (pt_ones(leaf + 1) & ~pt_ones(c->format->top)))
		return text_fail(&r->at, "the words must go from %s on without a gap",
			    pt_depth_name(c->format->top));
	c->leaf = (uint8_t)leaf;
	if (!r->varied || c->depth > leaf)
		c->depth = c->leaf;
	c->space = c->format->va_rule != PT_VA_ZERO &&
		   c->va >> (c->format->va_word_bits - 1) & 1;
	return true;
}

bool sweep_case_read(const char *path, struct sweep_case *out, char *error,
		     size_t error_bytes)
{
	struct reader r = {
		.at = { .source = path, .error = error,
			.error_bytes = error_bytes },
		.c = out,
	};
	FILE *in = fopen(path, "r");
	char line[512];
	bool good = true;

	*out = (struct sweep_case){ .bit = -1 };
	if (!in) {
		snprintf(error, error_bytes, "%s: %s", path, strerror(errno));
		return false;
	}
	while (good && fgets(line, sizeof(line), in)) {
		r.at.line++;
		line[strcspn(line, "\r\n")] = '\0';
		good = read_line(&r, line);
	}
	if (good && ferror(in)) {
		snprintf(error, error_bytes, "%s: cannot be read", path);
		good = false;
	}
	fclose(in);
	return good && complete(&r);
}
