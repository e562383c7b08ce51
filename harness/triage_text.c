/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What triage writes and reads as text: see triage.h.
 */
#include "triage.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "subject.h"

const char *triage_kind_name(unsigned kind)
{
	static const char *const name[] = {
		"clean", "violation", "crash", "sanitizer", "hang", "cannot",
	};

	return kind < sizeof(name) / sizeof(name[0]) ? name[kind] : "?";
}

const char *triage_result_name(unsigned result)
{
	static const char *const name[] = {
		"pass", "fail", "unsupported", "unknown",
	};

	return result < sizeof(name) / sizeof(name[0]) ? name[result] : "?";
}

void triage_signature(const struct triage_outcome *outcome,
		      const struct pt_format *format,
		      char out[TRIAGE_SIGNATURE])
{
	if (outcome->kind == TRIAGE_CLEAN || outcome->kind == TRIAGE_CANNOT)
		snprintf(out, TRIAGE_SIGNATURE, "%s",
			 triage_kind_name(outcome->kind));
	else
		snprintf(out, TRIAGE_SIGNATURE, "%s/%s/%s/%s/%s",
			 outcome->check, outcome->divergence, outcome->depth,
			 outcome->operation, format->architecture);
}

/* The checks of what is in memory, each of which may be the first to see it. */
static const char *class_of(const char *check)
{
	static const char *const content[] = {
		"mmu-verdict", "mmu-address", "mmu-attrs", "entry",
	};

	for (size_t i = 0; i < sizeof(content) / sizeof(content[0]); i++)
		if (!strcmp(check, content[i]))
			return content[0];
	return check;
}

bool triage_same_class(const struct triage_outcome *a,
		       const struct triage_outcome *b)
{
	return a->kind == b->kind &&
	       !strcmp(class_of(a->check), class_of(b->check)) &&
	       !strcmp(a->divergence, b->divergence);
}

void triage_slug(const char *signature, char out[TRIAGE_SLUG])
{
	size_t used = 0;
	bool gap = false;

	for (; *signature && used < TRIAGE_SLUG - 2; signature++) {
		if (!isalnum((unsigned char)*signature)) {
			gap = true;
			continue;
		}
		if (gap && used)
			out[used++] = '-';
		gap = false;
		out[used++] = *signature;
	}
	if (!used)
		out[used++] = '-';
	out[used] = '\0';
}

void triage_shape(const struct tw_case *c, char out[TRIAGE_SHAPE])
{
	size_t used = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < c->count && used < TRIAGE_SHAPE; i++)
		used += (size_t)snprintf(out + used, TRIAGE_SHAPE - used,
					 "%s%s", i ? ";" : "",
					 op_kind_name(c->record[i].kind));
}

void triage_print_options(FILE *out, const struct triage_setting *s,
			  const char *mutants)
{
	char folding[FOLDING_TEXT];

	folding_text(s->runtime_folded, folding);
	if (mutants)
		fprintf(out, " --mutant %s", mutants);
	if (s->subject != &subject_builtin)
		fprintf(out, " --subject %s", s->subject->name);
	if (s->opinion)
		fprintf(out, " --opinion %s", s->opinion->name);
	fprintf(out, " --format %s", s->format->name);
	if (s->runtime_folded)
		fprintf(out, " --folding %s", folding);
	fputs(violation_option(s->check), out);
}

void triage_print_case(FILE *out, const struct tw_case *c,
		       const struct triage_setting *setting,
		       const char *signature, const char *mutants)
{
	case_print(out, c);
	fprintf(out, "# %s on %s\n# tablewalk run", signature,
		setting->format->name);
	triage_print_options(out, setting, mutants);
	fputs(" FILE\n", out);
}

/* The operations as the format has them, one comment line each. */
static void print_resolved(FILE *out, const struct tw_case *c,
			   const struct pt_format *format)
{
	const struct case_place place = machine_place(format);
	struct case_resolver resolver;
	struct op op;
	char line[256];

	case_resolver_init(&resolver, c, &place);
	for (unsigned i = 0; case_resolve(&resolver, &op); i++) {
		run_print_op(line, sizeof(line), &op);
		fprintf(out, " * %2u %s\n", i, line);
	}
}

static void print_bytes(FILE *out, const struct tw_case *c)
{
	uint8_t bytes[CASE_BYTES];
	size_t count = case_encode(c, bytes);

	fputs("static const uint8_t bytes[] = {", out);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s0x%02x,", i % 8 ? " " : "\n\t", bytes[i]);
	fputs("\n};\n\n", out);
}

/* SPLIT_LOSES_LAST for each of the names joined by commas. */
static void print_mutants(FILE *out, const char *mutants)
{
	bool word = false;

	if (!mutants || !strncmp(mutants, "oracle-", 7))
		return;
	fputs("#ifdef TABLEWALK_MUTANTS\n", out);
	for (; *mutants; mutants++) {
		if (*mutants == ',') {
			fputs(");\n", out);
			word = false;
			if (!strncmp(mutants + 1, "oracle-", 7))
				break;
			continue;
		}
		fprintf(out, "%s%c", word ? "" : "\tmutant_add(MUTANT_",
			*mutants == '-' ? '_' :
			toupper((unsigned char)*mutants));
		word = true;
	}
	fprintf(out, "%s#else\n#error \"link with the libraries that have "
		"deliberate defects, and -DTABLEWALK_MUTANTS\"\n#endif\n",
		word ? ");\n" : "");
}

/* Who carries the operations out, where it is not the built-in subject. */
static void print_subject(FILE *out, const struct triage_setting *s)
{
	const char *const list = s->subject->turn ? "impostor" : "foreign";

	if (s->subject == &subject_builtin)
		return;
	if (!s->subject->turn)
		fputs("\tif (!foreign_add(tablewalk_the_subject(), error, "
		      "sizeof(error))) {\n"
		      "\t\tfprintf(stderr, \"%s\\n\", error);\n"
		      "\t\treturn 3;\n\t}\n", out);
	fprintf(out, "\tfor (unsigned i = 0; %s(i); i++)\n"
		"\t\tif (!strcmp(%s(i)->name, \"%s\") &&\n"
		"\t\t    !run_subject(run, %s(i), error, sizeof(error))) {\n"
		"\t\t\tfprintf(stderr, \"%%s\\n\", error);\n"
		"\t\t\treturn 3;\n\t\t}\n", list, list, s->subject->name,
		list);
}

void triage_print_program(FILE *out, const struct tw_case *c,
			  const struct triage_setting *s,
			  const char *signature, const char *mutants)
{
	static const char *const check[] = {
		"RUN_CHECK_END", "RUN_CHECK_EVERY", "RUN_CHECK_STORE",
	};

	fprintf(out, "/*\n * %s\n * on %s.  Compile with -I of the source tree "
		"and of its include/, link with\n * its libraries "
		"(docs/triage.md).  Exit status: 1 as long as it shows, 0 when\n"
		" * it does not, 3 where it cannot run.\n *\n", signature,
		s->format->name);
	print_resolved(out, c, s->format);
	fputs(" */\n#include <stdint.h>\n#include <stdio.h>\n\n"
	      "#include <tablewalk/check.h>\n#include <tablewalk/format.h>\n\n"
	      "#include \"harness/case.h\"\n#include \"harness/run.h\"\n", out);
	if (s->subject != &subject_builtin)
		fprintf(out, "#include \"harness/subjects/%s.h\"\n"
			"#include <string.h>\n",
			s->subject->turn ? "impostor" : "foreign");
	if (s->opinion)
		fprintf(out, "#include \"harness/%s.h\"\n", s->opinion->name);
	fputc('\n', out);
	print_bytes(out, c);
	fputs("int main(void)\n{\n\tstruct violation violation;\n"
	      "\tstruct tw_case c;\n\tchar error[256];\n\tstruct run *run;\n"
	      "\tbool clean;\n\n", out);
	print_mutants(out, mutants);
	fprintf(out, "\tcase_decode(bytes, sizeof(bytes), &c);\n"
		"\trun = run_create(pt_format_find(\"%s\"), NULL, error,\n"
		"\t\t\t sizeof(error));\n\tif (!run) {\n"
		"\t\tfprintf(stderr, \"%%s\\n\", error);\n\t\treturn 3;\n\t}\n",
		s->format->name);
	if (s->runtime_folded)
		fprintf(out, "\trun_fold(run, 0x%02x);\n", s->runtime_folded);
	print_subject(out, s);
	if (s->opinion)
		fprintf(out, "\tif (run_opinion(run, &opinion_%s)) {\n"
			"\t\tfprintf(stderr, \"no opinion %s\\n\");\n"
			"\t\treturn 3;\n\t}\n", s->opinion->name,
			s->opinion->name);
	fprintf(out, "\tclean = run_case(run, &c, %s, NULL, &violation);\n"
		"\tif (!clean)\n"
		"\t\trun_print_violation(stdout, run, &c, &violation);\n"
		"\trun_destroy(run);\n\treturn clean ? 0 : 1;\n}\n",
		s->check < 3 ? check[s->check] : check[0]);
}

/* The next word of a line; false at its end. */
static bool next_word(const char **at, const char *end, char *out, size_t bytes)
{
	size_t used = 0;

	while (*at < end && (**at == ' ' || **at == '\t' || **at == '\r'))
		(*at)++;
	if (*at == end)
		return false;
	for (; *at < end && **at != ' ' && **at != '\t' && **at != '\r'; (*at)++)
		if (used + 1 < bytes)
			out[used++] = **at;
	out[used] = '\0';
	return true;
}

static bool take_option(struct triage_input *in, const char *option,
			const char *value)
{
	if (!strcmp(option, "--format")) {
		in->has_format = true;
		snprintf(in->format, sizeof(in->format), "%.31s", value);
		return pt_format_find(in->format) != NULL;
	}
	if (!strcmp(option, "--subject")) {
		in->has_subject = true;
		snprintf(in->subject, sizeof(in->subject), "%.31s", value);
		return true;
	}
	if (!strcmp(option, "--opinion")) {
		snprintf(in->opinion, sizeof(in->opinion), "%.31s", value);
		return true;
	}
	if (!strcmp(option, "--check")) {
		in->has_check = true;
		in->check = !strcmp(value, "every") ? RUN_CHECK_EVERY :
			    !strcmp(value, "store") ? RUN_CHECK_STORE :
						      RUN_CHECK_END;
		return in->check != RUN_CHECK_END || !strcmp(value, "end");
	}
	if (!strcmp(option, "--folding")) {
		in->has_folding = true;
		return folding_parse(value, &in->folding);
	}
	/* Which defects are on is not up to a file. */
	return !strcmp(option, "--mutant");
}

/* What is behind `# tablewalk run' on a line. */
static bool take_options(struct triage_input *in, const char *at,
			 const char *end)
{
	char option[64], value[1024];

	while (next_word(&at, end, option, sizeof(option))) {
		if (strncmp(option, "--", 2) != 0)
			break;
		if (!next_word(&at, end, value, sizeof(value)) ||
		    !take_option(in, option, value))
			return false;
	}
	return true;
}

static int read_text(const char *text, size_t count, const char *name,
		     struct triage_input *out, char *error, size_t error_bytes)
{
	static const char run[] = "# tablewalk run ";
	const char *end = text + count;
	int ret = case_parse(text, count, name, &out->c, error, error_bytes);

	for (unsigned line = 1; !ret && text < end; line++) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));

		if (!stop)
			stop = end;
		if ((size_t)(stop - text) >= sizeof(run) - 1 &&
		    !memcmp(text, run, sizeof(run) - 1)) {
			struct triage_input fresh = { .c = out->c };

			if (!take_options(&fresh, text + sizeof(run) - 1,
					  stop)) {
				snprintf(error, error_bytes, "%s:%u: what "
					 "`tablewalk run' is to take is "
					 "wrong", name, line);
				return -EINVAL;
			}
			*out = fresh;
		}
		text = stop < end ? stop + 1 : end;
	}
	return ret;
}

int triage_read(const uint8_t *bytes, size_t count, const char *name,
		struct triage_input *out, char *error, size_t error_bytes)
{
	static const char magic[] = "tablewalk";

	*out = (struct triage_input){ .has_format = false };
	if (count >= sizeof(magic) - 1 &&
	    !memcmp(bytes, magic, sizeof(magic) - 1))
		return read_text((const char *)bytes, count, name, out, error,
				 error_bytes);
	case_decode(bytes, count, &out->c);
	return 0;
}
