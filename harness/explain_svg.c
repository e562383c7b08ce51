/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A story as a drawing: what went wrong, and both trees, before | after.
 *
 * Static SVG 1.1: text is text, there are no scripts, images or fonts but the
 * generic one; the same story gives the same bytes.  Nothing is scaled, so text
 * keeps its size: in a wide window the trees are side by side, in a narrow one the
 * style sheet moves them below each other.  Its rules begin with the drawing's own
 * id, so that several drawings can be put into one page of HTML as they are.
 */
#include "explain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/*
 * Lengths, in pixels.  A character of 12 pixels is 7.2 wide in nearly every
 * monospaced font; counted are 7.3.
 */
#define PANEL 328
#define GAP 20
#define WIDE (2 * PANEL + GAP)
#define PADDING 6
#define LINE 15
#define STEP 12			/* of one depth to the right */
#define CHARS(pixels) ((unsigned)(pixels) * 10 / 73)

/* A part of the drawing, with coordinates of its own. */
struct part {
	FILE *out;
	char *text;
	size_t bytes;
	int height;
};

static bool part_begin(struct part *p)
{
	*p = (struct part){ .out = NULL };
	p->out = open_memstream(&p->text, &p->bytes);
	return p->out;
}

static bool part_end(struct part *p)
{
	bool good = p->out && !ferror(p->out);

	if (p->out)
		good = !fclose(p->out) && good;
	p->out = NULL;
	return good;
}

/* Text as XML.  What is not printable ASCII is a question mark. */
static void print_escaped(FILE *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const char c = text[i];

		switch (c) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			fputc(c < ' ' || c > '~' ? '?' : c, out);
			break;
		}
	}
}

static void print_line(struct part *p, const char *class, int x,
		       const char *text, size_t length)
{
	fprintf(p->out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class, x,
		p->height + LINE - 4);
	print_escaped(p->out, text, length);
	fputs("</text>\n", p->out);
	p->height += LINE;
}

/* How much of text is a line of at most so many characters. */
static size_t line_length(const char *text, unsigned most)
{
	size_t length = strlen(text), at;

	if (length <= most)
		return length;
	for (at = most; at && text[at] != ' '; at--)
		;
	/* A word that is longer is cut. */
	return at ? at : most;
}

/* Text in lines that fit from x to the right edge; only counts without out. */
static unsigned print_wrapped(struct part *p, const char *class, int x,
			      const char *text)
{
	const unsigned most = CHARS(PANEL - PADDING - x);
	unsigned lines = 0;

	while (*text) {
		const size_t length = line_length(text, most);

		if (p)
			print_line(p, class, x, text, length);
		text += length;
		text += *text == ' ';
		lines++;
	}
	return lines;
}

/* What fn writes, as text; NULL where memory runs out. */
struct words {
	FILE *out;
	char *text;
	size_t bytes;
};

static FILE *words_begin(struct words *w)
{
	*w = (struct words){ .out = NULL };
	w->out = open_memstream(&w->text, &w->bytes);
	return w->out;
}

static const char *words_end(struct words *w)
{
	if (w->out)
		fclose(w->out);
	return w->text ? w->text : "";
}

/* A sentence of the story, wrapped. */
static void print_said(struct part *p, const struct story *s, const char *class,
		       void (*fn)(FILE *out, const struct story *story))
{
	struct words w;
	FILE *out = words_begin(&w);

	if (out)
		fn(out, s);
	print_wrapped(p, class, PADDING, words_end(&w));
	free(w.text);
}

/*
 *			Head and legend
 */

static void say_operation(FILE *out, const struct story *s)
{
	const struct story_step *step = &s->step[s->about];

	fprintf(out, "Operation %d, %s: ", s->about,
		op_kind_name(step->op.kind));
	explain_op(out, s->options.format, &step->op);
	if (step->done) {
		fputs(" => ", out);
		explain_return(out, step->ret);
	}
}

static void say_expected(FILE *out, const struct story *s)
{
	fprintf(out, "expected: %s", s->violation.finding.expected);
}

static void say_seen(FILE *out, const struct story *s)
{
	fprintf(out, "seen: %s", s->violation.finding.seen);
}

static void say_format(FILE *out, const struct story *s)
{
	const char *slash = strrchr(s->options.path, '/');

	fprintf(out, "%s on %s", slash ? slash + 1 : s->options.path,
		s->options.format->name);
}

static bool draw_head(struct part *p, const struct story *s)
{
	if (!part_begin(p))
		return false;
	print_said(p, s, "tw-strong", say_format);
	p->height += 4;
	print_said(p, s, "tw-plain", story_summary);
	if (s->about >= 0) {
		p->height += 4;
		print_said(p, s, "tw-plain", say_operation);
	}
	if (s->end == STORY_VIOLATION && !s->place.there) {
		p->height += 4;
		print_said(p, s, "tw-bad", say_expected);
		print_said(p, s, "tw-bad", say_seen);
	}
	p->height += 8;
	return part_end(p);
}

static void draw_key(struct part *p, const char *class, const char *text)
{
	fprintf(p->out, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"14\" "
		"height=\"11\" rx=\"3\"/>\n", class, PADDING, p->height + 2);
	print_wrapped(p, "tw-plain", PADDING + 22, text);
	p->height += 3;
}

static bool draw_legend(struct part *p, const struct story *s)
{
	static const char letters[] =
		"r readable, w writable, x executable, u user, g global, "
		"a accessed, d dirty, 0 1 soft bits";

	if (!part_begin(p))
		return false;
	if (s->place.there)
		draw_key(p, "tw-mark", "the entry that the check names");
	draw_key(p, "tw-wrong", "not what it has to be");
	if (s->about >= 0)
		draw_key(p, "tw-changed", "changed by the operation");
	draw_key(p, "tw-same", "as it was");
	print_wrapped(p, "tw-faint", PADDING, letters);
	p->height += 8;
	return part_end(p);
}

/*
 *			Trees
 */

static int indent_of(const struct story *s, unsigned depth)
{
	return PADDING + STEP * (int)(depth - s->options.format->top);
}

/* Whether a line behind number i is of that depth, and below the same entry. */
static bool goes_on(const struct picture *p, unsigned i, unsigned depth)
{
	while (++i < p->count && p->line[i].what != PICTURE_ROOT &&
	       p->line[i].depth >= depth)
		if (p->line[i].depth == depth)
			return true;
	return false;
}

/* Lines that lead from the tables above to line number i, and past it. */
static void draw_guides(struct part *p, const struct story *s,
			const struct picture *picture, unsigned i, int height)
{
	const unsigned depth = picture->line[i].depth;

	for (unsigned d = s->options.format->top + 1u; d <= depth; d++) {
		const int x = indent_of(s, d) - STEP + 3;
		const bool more = goes_on(picture, i, d);

		if (more || d == depth)
			fprintf(p->out, "<path class=\"tw-guide\" d=\"M%d %dv%d\"/>\n",
				x, p->height, more ? height : 10);
		if (d == depth)
			fprintf(p->out, "<path class=\"tw-guide\" d=\"M%d %dh%d\"/>\n",
				x, p->height + 10, STEP - 3);
	}
}

/* The text of an entry: what it is; and fainter, where that is, and its word. */
static char *main_text(const struct story *s, const struct picture_line *l)
{
	struct words w;
	FILE *out = words_begin(&w);

	if (out) {
		picture_index(out, l);
		fputc(' ', out);
		picture_target(out, s->options.format, l);
	}
	words_end(&w);
	return w.text;
}

static char *place_text(const struct story *s, const struct picture_line *l)
{
	const struct pt_format *f = s->options.format;
	struct words w;
	FILE *out = words_begin(&w);

	if (out)
		fprintf(out, "at 0x%0*" PRIx64 "%s", f->va_word_bits / 4, l->va,
			l->wrong && l->changed ? " (changed, wrong)" :
			l->wrong	       ? " (wrong)" :
			l->changed	       ? " (changed)" : "");
	words_end(&w);
	return w.text;
}

static char *word_text(const struct story *s, const struct picture_line *l)
{
	struct words w;
	FILE *out = words_begin(&w);

	if (out) {
		fputs("word ", out);
		picture_word(out, s->options.format, l);
	}
	words_end(&w);
	return w.text;
}

static void say_wanted(FILE *out, const struct story *s)
{
	fputs("it has to be: ", out);
	story_wanted(out, s);
}

/* What was expected and seen, in the box of the entry. */
static unsigned mark_lines(struct part *p, const struct story *s, int x)
{
	void (*const say[])(FILE *, const struct story *) = {
		say_expected, say_seen, say_wanted,
	};
	unsigned lines = 0;

	for (unsigned i = 0; i < (story_wants(s) ? 3u : 2u); i++) {
		struct words w;
		FILE *out = words_begin(&w);

		if (out)
			say[i](out, s);
		lines += print_wrapped(p, "tw-bad", x, words_end(&w));
		free(w.text);
	}
	return lines;
}

/* All text of an entry; with p NULL it is only counted. */
static unsigned draw_words(struct part *p, const struct story *s,
			   const struct picture_line *l, int x, bool told)
{
	char *text[] = { main_text(s, l), place_text(s, l), word_text(s, l) };
	unsigned lines = 0;

	for (unsigned i = 0; i < 3; i++) {
		const char *class = i			     ? "tw-faint" :
				    l->changed || l->marked ? "tw-strong" :
							      "tw-plain";

		if (text[i])
			lines += print_wrapped(p, class, x, text[i]);
		free(text[i]);
	}
	return lines + (told ? mark_lines(p, s, x) : 0);
}

static void draw_entry(struct part *p, const struct story *s,
		       const struct picture *picture, unsigned i, bool after)
{
	const struct picture_line *l = &picture->line[i];
	const int x = indent_of(s, l->depth);
	const bool told = l->marked && after && s->end == STORY_VIOLATION;
	const char *class = told       ? "tw-mark" :
			    l->marked  ? "tw-place" :
			    l->wrong   ? "tw-wrong" :
			    l->changed ? "tw-changed" : "tw-same";
	const int height = LINE * (int)draw_words(NULL, s, l, x + 5, told);

	draw_guides(p, s, picture, i, height + 9);
	fprintf(p->out, "<g class=\"%s\">\n<rect class=\"%s\" x=\"%d\" "
		"y=\"%d\" width=\"%d\" height=\"%d\" rx=\"3\"/>\n",
		told ? "tw-marked" : "tw-run", class, x, p->height + 1,
		PANEL - x - 2, height + 5);
	p->height += 3;
	draw_words(p, s, l, x + 5, told);
	fputs("</g>\n", p->out);
	p->height += 6;
}

static void draw_root(struct part *p, const struct picture_line *l, bool alone)
{
	char text[96];

	snprintf(text, sizeof(text), "space %u: root %s table, pa 0x%" PRIx64
		 "%s", l->space, pt_depth_name(l->depth), l->table,
		 alone ? ", nothing to show" : "");
	print_wrapped(p, "tw-faint", PADDING, text);
	p->height += 2;
}

static void draw_left_out(struct part *p, const struct story *s,
			  const struct picture *picture, unsigned i)
{
	const struct picture_line *l = &picture->line[i];
	char text[48];

	snprintf(text, sizeof(text), "... %u more entries", l->last);
	draw_guides(p, s, picture, i, LINE + 2);
	print_wrapped(p, "tw-faint", indent_of(s, l->depth) + 5, text);
	p->height += 2;
}

static void draw_lines(struct part *p, const struct story *s,
		       const struct picture *picture, bool after)
{
	for (unsigned i = 0; i < picture->count; i++) {
		const struct picture_line *l = &picture->line[i];

		if (l->what == PICTURE_ROOT)
			draw_root(p, l, i + 1 == picture->count ||
				  l[1].what == PICTURE_ROOT);
		else if (l->what == PICTURE_LEFT_OUT)
			draw_left_out(p, s, picture, i);
		else
			draw_entry(p, s, picture, i, after);
	}
}

static void draw_lost(struct part *p, const struct story *s)
{
	for (unsigned i = 0; i < s->unreachables; i++) {
		char text[96];

		snprintf(text, sizeof(text), "a table at pa 0x%" PRIx64
			 " is allocated, and nothing leads to it",
			 s->unreachable[i]);
		print_wrapped(p, "tw-bad", PADDING, text);
	}
}

static bool draw_panel(struct part *p, const struct story *s,
		       const struct picture *picture, bool after)
{
	char title[64];

	if (!part_begin(p))
		return false;
	if (s->about < 0)
		snprintf(title, sizeof(title), "At the end");
	else
		snprintf(title, sizeof(title), "%s operation %d",
			 after ? "After" : "Before", s->about);
	print_wrapped(p, "tw-strong", PADDING, title);
	p->height += 2;
	if (!after || s->after)
		draw_lines(p, s, picture, after);
	else
		print_wrapped(p, "tw-bad", PADDING,
			      "the process did not come so far");
	if (!picture->count && (!after || s->after))
		print_wrapped(p, "tw-faint", PADDING,
			      "nothing that the operation is about");
	if (after)
		draw_lost(p, s);
	p->height += 8;
	return part_end(p);
}

/*
 *			The whole
 */

enum { HEAD, LEGEND, BEFORE, AFTER, PARTS };

static int larger(int a, int b)
{
	return a > b ? a : b;
}

/* Names the drawing by what it shows, so that rules stay its own. */
static void print_id(FILE *out, const struct story *s)
{
	uint64_t hash = case_hash(s->c);

	for (const char *c = s->options.format->name; *c; c++)
		hash = (hash ^ (uint8_t)*c) * UINT64_C(0x100000001b3);
	hash = (hash ^ (uint64_t)(unsigned)(s->about + 1)) *
	       UINT64_C(0x100000001b3);
	for (const char *c = s->violation.finding.seen; *c; c++)
		hash = (hash ^ (uint8_t)*c) * UINT64_C(0x100000001b3);
	fprintf(out, "tw-%016" PRIx64, hash);
}

/* The rules of one colour scheme; every selector begins with the id. */
static void print_colours(FILE *out, const char *id, bool dark)
{
	static const struct {
		const char *selector, *light, *night;
	} rule[] = {
		{ ".tw-back", "fill:#ffffff", "fill:#0d1117" },
		{ "text", "fill:#1b1f24", "fill:#e6edf3" },
		{ ".tw-faint", "fill:#57606a", "fill:#9aa4b0" },
		{ ".tw-bad", "fill:#a40e26", "fill:#ff8f87" },
		{ ".tw-guide", "stroke:#8c959f", "stroke:#6e7681" },
		{ ".tw-same", "fill:#f6f8fa;stroke:#d0d7de",
		  "fill:#161b22;stroke:#3d444d" },
		{ ".tw-changed", "fill:#fff8c5;stroke:#bf8700",
		  "fill:#332a0a;stroke:#bb8009" },
		{ ".tw-wrong", "fill:#ffebe9;stroke:#cf222e",
		  "fill:#3c1418;stroke:#f85149" },
		{ ".tw-place", "fill:#f6f8fa;stroke:#cf222e;stroke-width:2.5",
		  "fill:#161b22;stroke:#f85149;stroke-width:2.5" },
		{ ".tw-mark", "fill:#ffebe9;stroke:#cf222e;stroke-width:2.5",
		  "fill:#3c1418;stroke:#f85149;stroke-width:2.5" },
	};

	for (size_t i = 0; i < sizeof(rule) / sizeof(rule[0]); i++)
		fprintf(out, "#%s %s{%s}\n", id, rule[i].selector,
			dark ? rule[i].night : rule[i].light);
}

static void print_style(FILE *out, const char *id, const struct part part[PARTS])
{
	static const char *const class[PARTS] = {
		"tw-head", "tw-legend", "tw-before", "tw-after",
	};
	int y = 0;

	fprintf(out, "<style type=\"text/css\">\n"
		"#%s text{font-family:monospace;font-size:12px}\n"
		"#%s .tw-strong{font-weight:bold}\n"
		"#%s .tw-guide{fill:none}\n", id, id, id);
	print_colours(out, id, false);
	fputs("@media (prefers-color-scheme:dark){\n", out);
	print_colours(out, id, true);
	fputs("}\n@media (max-width:719px){\n", out);
	for (unsigned i = 0; i < PARTS; i++) {
		fprintf(out, "#%s .%s{transform:translate(0px,%dpx)}\n", id,
			class[i], y);
		y += part[i].height;
	}
	fprintf(out, "#%s{width:%dpx;height:%dpx}\n}\n</style>\n", id, PANEL, y);
}

static void print_part(FILE *out, const char *class, const struct part *p,
		       int x, int y)
{
	fprintf(out, "<g class=\"%s\" transform=\"translate(%d,%d)\">\n%s</g>\n",
		class, x, y, p->text);
}

static void print_said_escaped(FILE *out, const struct story *s,
			       void (*fn)(FILE *out, const struct story *story))
{
	struct words w;
	FILE *to = words_begin(&w);
	const char *text;

	if (to)
		fn(to, s);
	text = words_end(&w);
	print_escaped(out, text, strlen(text));
	free(w.text);
}

static void print_whole(FILE *out, const struct story *s,
			const struct part part[PARTS])
{
	const bool alone = s->about < 0;
	const int top = larger(part[HEAD].height, part[LEGEND].height);
	const int height = top + larger(part[BEFORE].height, part[AFTER].height);
	struct words w;
	FILE *to = words_begin(&w);
	const char *id;

	if (to)
		print_id(to, s);
	id = words_end(&w);
	fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" "
		"id=\"%s\" class=\"tw-explain\" width=\"%d\" height=\"%d\" "
		"role=\"img\" aria-labelledby=\"%s-title\">\n<title id=\"%s-title\">",
		id, WIDE, height, id, id);
	print_said_escaped(out, s, say_format);
	fputs("</title>\n<desc>", out);
	print_said_escaped(out, s, story_summary);
	fputs("</desc>\n", out);
	print_style(out, id, part);
	fputs("<rect class=\"tw-back\" width=\"100%\" height=\"100%\"/>\n", out);
	print_part(out, "tw-head", &part[HEAD], 0, 0);
	print_part(out, "tw-legend", &part[LEGEND], PANEL + GAP, 0);
	if (!alone)
		print_part(out, "tw-before", &part[BEFORE], 0, top);
	print_part(out, "tw-after", &part[AFTER], alone ? 0 : PANEL + GAP, top);
	fputs("</svg>\n", out);
	free(w.text);
}

void story_svg(FILE *out, const struct story *s)
{
	struct part part[PARTS] = { { .out = NULL } };
	bool good = draw_head(&part[HEAD], s) &&
		    draw_legend(&part[LEGEND], s) &&
		    (s->about < 0 ||
		     draw_panel(&part[BEFORE], s, &s->drawn_before, false)) &&
		    draw_panel(&part[AFTER], s, &s->drawn_after, true);

	if (good)
		print_whole(out, s, part);
	for (unsigned i = 0; i < PARTS; i++)
		free(part[i].text);
}
