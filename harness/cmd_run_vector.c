/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tablewalk run --all-subjects: who does what with a case.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "subject.h"
#include "triage.h"

struct vector {
	struct triage_trials *trials;
	json_t *rows;
	uint64_t runs, failed, not_run;
	bool json;
};

/* The built-in subject, then the others in their order. */
static const struct subject_kind *subject_number(unsigned number)
{
	return number ? foreign(number - 1) : &subject_builtin;
}

static const char *result_of(const struct triage_outcome *outcome)
{
	return outcome->kind == TRIAGE_CLEAN  ? "pass" :
	       outcome->kind == TRIAGE_CANNOT ? "not run" : "fail";
}

static void put_row(struct vector *v, const struct triage_setting *setting,
		    const char *path, const struct triage_outcome *outcome)
{
	char signature[TRIAGE_SIGNATURE] = "", folding[FOLDING_TEXT];
	const char *result = result_of(outcome);

	v->runs++;
	v->failed += !strcmp(result, "fail");
	v->not_run += !strcmp(result, "not run");
	folding_text(setting->runtime_folded, folding);
	if (!strcmp(result, "fail"))
		triage_signature(outcome, setting->format, signature);
	if (v->json)
		json_array_append_new(v->rows, json_pack(
			"{s:s, s:s, s:s, s:s, s:s, s:s}", "file", path,
			"subject", setting->subject->name, "format",
			setting->format->name, "folding", folding, "result",
			result, "signature", signature));
	else
		printf("%-8s %-24s %-20s %s%s%s\n", result,
		       setting->subject->name, setting->format->name, path,
		       setting->runtime_folded ? " folded " : "",
		       setting->runtime_folded ? folding : "");
	if (!v->json && signature[0])
		printf("         %s\n", signature);
	if (!v->json && !strcmp(result, "not run"))
		printf("         %s\n", outcome->report);
}

/* One case by one subject on all of its formats that were asked for. */
static bool put_subject(struct vector *v, const struct subject_kind *kind,
			const struct format_list *asked,
			const struct folding *folding, enum run_check check,
			const char *path, const struct tw_case *c)
{
	static struct triage_outcome outcome;
	const struct tablewalk_subject *s = foreign_of(kind);
	struct format_list formats = *asked;

	if (!formats.count && !command_subject_formats(kind, &formats))
		return false;
	for (unsigned i = 0; i < formats.count; i++) {
		const struct pt_format *f = formats.format[i];

		if (s && !foreign_has_format(s, f->name))
			continue;
		for (unsigned n = 0; n < folding_count(folding, f); n++) {
			const struct triage_setting setting = {
				.format = f, .subject = kind,
				.check = (uint8_t)check,
				.runtime_folded = folding_set(folding, f, n),
			};

			if (!triage_trial(v->trials, &setting, c, &outcome))
				return false;
			put_row(v, &setting, path, &outcome);
		}
	}
	return true;
}

int command_vector(const struct format_list *formats,
		   const struct folding *folding, enum run_check check,
		   char **path, const struct tw_case *cases, int count,
		   bool json)
{
	struct vector v = { .trials = triage_trials_open(10, NULL),
			    .rows = json_array(), .json = json };
	const struct subject_kind *kind;
	int status = v.trials ? STATUS_CLEAN : STATUS_CANNOT;

	if (!v.trials)
		command_error("out of memory");
	for (int i = 0; !status && i < count; i++)
		for (unsigned n = 0; !status && (kind = subject_number(n)); n++)
			if (!put_subject(&v, kind, formats, folding, check,
					 path[i], &cases[i]))
				status = STATUS_CANNOT;
	triage_trials_close(v.trials);
	if (!status && v.not_run)
		status = STATUS_CANNOT;
	else if (!status && v.failed)
		status = STATUS_VIOLATION;
	if (json) {
		int written = command_json(json_pack(
			"{s:I, s:I, s:o}", "runs", (json_int_t)v.runs, "failed",
			(json_int_t)v.failed, "vector", v.rows));

		return written ? written : status;
	}
	json_decref(v.rows);
	printf("%" PRIu64 " runs, %" PRIu64 " failed\n", v.runs, v.failed);
	return status;
}
