/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reading a plan: see plan.h.
 *
 * libinih splits lines into keys and values.  It says neither which line a key is
 * on nor that a section is there which has none, and cuts what is longer than its
 * buffers; the reader below, which gives it the lines, sees to all three.
 */
#include "plan.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <string.h>

#include "folding.h"
#include "text_error.h"

/* libinih keeps 49 characters of a section's or key's name. */
#define SECTION_MAX 48

static const char *const engine_name[PLAN_ENGINES] = {
	[PLAN_LIBFUZZER] = "libfuzzer",
	[PLAN_LIBFUZZER_ASAN] = "libfuzzer-asan",
	[PLAN_AFL] = "afl",
	[PLAN_RANDOM] = "random",
	[PLAN_HW] = "hw",
	[PLAN_SWEEP] = "sweep",
	[PLAN_CANARY] = "canary",
};

static const char *const profile_name[PLAN_PROFILES] = {
	[PLAN_PLAIN] = "plain",
	[PLAN_SWARM] = "swarm",
	[PLAN_FAILURES] = "failures",
};

static const char *const target_name[PLAN_TARGETS] = {
	[PLAN_CASE] = "fuzz_case",	 [PLAN_ROUNDTRIP] = "fuzz_roundtrip",
	[PLAN_TEXT] = "fuzz_text",	 [PLAN_PLAN] = "fuzz_plan",
	[PLAN_TRIAGE] = "fuzz_triage",
};

static const char *const check_name[PLAN_CHECKS] = {
	[PLAN_CHECK_END] = "end",
	[PLAN_CHECK_EVERY] = "every",
	[PLAN_CHECK_STORE] = "store",
};

const char *plan_engine_name(unsigned engine)
{
	return engine < PLAN_ENGINES ? engine_name[engine] : "?";
}

const char *plan_profile_name(unsigned profile)
{
	return profile < PLAN_PROFILES ? profile_name[profile] : "?";
}

const char *plan_target_name(unsigned target)
{
	return target < PLAN_TARGETS ? target_name[target] : "?";
}

const char *plan_check_name(unsigned check)
{
	return check < PLAN_CHECKS ? check_name[check] : "?";
}

/* A plan being read. */
struct parser {
	struct plan *plan;
	struct text_at at;		/* line: the one libinih has last had */
	bool (*defect)(const char *name);
	const char *text, *end;
	bool failed;
	unsigned failed_while;		/* the line then being read */
	bool in_campaign, in_role;	/* where the next key belongs */
	bool campaign_seen;
	bool header;			/* a section has begun */
	unsigned header_line;
};

__attribute__((format(printf, 2, 3)))
static bool fail(struct parser *p, const char *format, ...);

/* Only the first sentence counts. */
static bool fail(struct parser *p, const char *format, ...)
{
	char sentence[400];
	va_list list;

	if (p->failed)
		return false;
	p->failed = true;
	p->failed_while = p->at.line;
	va_start(list, format);
	vsnprintf(sentence, sizeof(sentence), format, list);
	va_end(list);
	return text_fail(&p->at, "%s", sentence);
}

/* About an earlier line than the last. */
static bool fail_at(struct parser *p, unsigned line, const char *sentence)
{
	const unsigned last = p->at.line;

	p->at.line = line;
	fail(p, "%s", sentence);
	p->failed_while = last;
	return false;
}

/* Index of a word in a table of names, -1 if it is not there. */
static int find(const char *const *name, unsigned count, const char *word,
		size_t length)
{
	for (unsigned i = 0; i < count; i++)
		if (strlen(name[i]) == length && !strncmp(name[i], word, length))
			return (int)i;
	return -1;
}

/* A number without sign or blank. */
static bool number(struct parser *p, const char *key, const char *value,
		   unsigned least, unsigned most, unsigned *out)
{
	unsigned n = 0;
	const char *at = value;

	for (; isdigit((unsigned char)*at) && n <= most; at++)
		n = n * 10 + (unsigned)(*at - '0');
	if (at == value || *at || n < least || n > most)
		return fail(p, "%s takes a whole number from %u to %u, not `%s'",
			    key, least, most, value);
	*out = n;
	return true;
}

static bool choice(struct parser *p, const char *key, const char *value,
		   const char *const *name, unsigned count, unsigned *out)
{
	const int i = find(name, count, value, strlen(value));
	char names[160] = "";
	size_t used = 0;

	if (i >= 0) {
		*out = (unsigned)i;
		return true;
	}
	for (unsigned n = 0; n < count && used < sizeof(names); n++)
		used += (size_t)snprintf(names + used, sizeof(names) - used,
					 "%s%s", n ? ", " : "", name[n]);
	return fail(p, "%s takes one of %s, not `%s'", key, names, value);
}

static bool read_targets(struct parser *p, struct plan_role *role,
			 const char *value)
{
	for (const char *at = value;; at++) {
		const size_t length = strcspn(at, ",");
		const int i = find(target_name, PLAN_TARGETS, at, length);

		if (i < 0)
			return fail(p, "there is no fuzz target `%.*s'",
				    (int)length, at);
		role->targets |= 1u << i;
		at += length;
		if (!*at)
			return true;
	}
}

static void add_format(struct plan_formats *formats, unsigned i)
{
	formats->bits[i / 64] |= UINT64_C(1) << i % 64;
}

static bool add_named(struct plan_formats *formats, const char *name,
		      size_t length)
{
	for (unsigned i = 0; i < pt_format_count && i < PLAN_FORMATS_MAX; i++) {
		const char *known = pt_formats[i]->name;

		if (strlen(known) == length && !strncmp(known, name, length)) {
			add_format(formats, i);
			return true;
		}
	}
	return false;
}

static bool read_formats(struct parser *p, struct plan_role *role,
			 const char *value)
{
	role->choice = PLAN_FORMATS_ALL;
	if (!strcmp(value, "all"))
		return true;
	role->choice = PLAN_FORMATS_ANY;
	if (!strcmp(value, "any"))
		return true;
	role->choice = PLAN_FORMATS_SOME;
	for (const char *at = value;; at++) {
		const size_t length = strcspn(at, ",");

		if (!add_named(&role->formats, at, length))
			return fail(p, "unknown format `%.*s'; `tablewalk list' "
				    "names them", (int)length, at);
		at += length;
		if (!*at)
			return true;
	}
}

/* A word that is kept as it is. */
static bool keep(struct parser *p, const char *key, const char *value,
		 char out[PLAN_WORD])
{
	const size_t length = strlen(value);

	if (length >= PLAN_WORD)
		return fail(p, "%s is longer than %u characters", key,
			    PLAN_WORD - 1);
	memcpy(out, value, length + 1);
	return true;
}

static bool read_folding(struct parser *p, struct plan_role *role,
			 const char *value)
{
	struct folding folding;

	if (!folding_parse(value, &folding))
		return fail(p, "folding takes " FOLDING_VALUES ", not `%s'",
			    value);
	return keep(p, "folding", value, role->folding);
}

static bool read_mutant(struct parser *p, struct plan_role *role,
			const char *value)
{
	if (!p->defect(value))
		return fail(p, "there is no defect `%s'; `tablewalk list' names "
			    "them", value);
	return keep(p, "mutant", value, role->mutant);
}

/* Keys of a role; their numbers are bits of plan_role.given. */
enum {
	ENGINE, TARGET, FORMATS, WEIGHT, SECONDS, PROFILE, CHECK, FOLDING,
	MUTANT, KEYS,
};

static const char *const role_key[KEYS] = {
	[ENGINE] = "engine",   [TARGET] = "target",   [FORMATS] = "formats",
	[WEIGHT] = "weight",   [SECONDS] = "seconds", [PROFILE] = "profile",
	[CHECK] = "check",     [FOLDING] = "folding", [MUTANT] = "mutant",
};

static bool role_value(struct parser *p, struct plan_role *role, int key,
		       const char *value)
{
	unsigned n = 0;
	bool good;

	switch (key) {
	case ENGINE:
		good = choice(p, "engine", value, engine_name, PLAN_ENGINES, &n);
		role->engine = (enum plan_engine)n;
		return good;
	case TARGET:
		return read_targets(p, role, value);
	case FORMATS:
		return read_formats(p, role, value);
	case WEIGHT:
		return number(p, "weight", value, 1, 100, &role->weight);
	case SECONDS:
		return number(p, "seconds", value, 1, 86400, &role->seconds);
	case PROFILE:
		good = choice(p, "profile", value, profile_name, PLAN_PROFILES,
			      &n);
		role->profile = (enum plan_profile)n;
		return good;
	case CHECK:
		good = choice(p, "check", value, check_name, PLAN_CHECKS, &n);
		role->check = (enum plan_check)n;
		return good;
	case FOLDING:
		return read_folding(p, role, value);
	default:
		return read_mutant(p, role, value);
	}
}

static const struct {
	const char *key;
	size_t offset;
	unsigned least, most, usual;
} setting[] = {
#define SETTING(key, least, most, usual)                                       \
	{ #key, offsetof(struct plan_settings, key), least, most, usual }
	SETTING(job_seconds, 1, 86400, 600),
	SETTING(least_seconds, 1, 86400, 20),
	SETTING(grace_seconds, 1, 600, 15),
	SETTING(merge_seconds, 1, 86400, 1800),
	SETTING(memory_mb, 256, 1048576, 4096),
	SETTING(log_mb, 1, 1024, 8),
	SETTING(disk_mb, 1, 1048576, 256),
	SETTING(raw_files, 1, 10000, 64),
#undef SETTING
};

#define SETTINGS (sizeof(setting) / sizeof(setting[0]))

static unsigned *setting_of(struct plan_settings *s, unsigned i)
{
	return (unsigned *)(void *)((char *)s + setting[i].offset);
}

static bool campaign_key(struct parser *p, const char *key, const char *value)
{
	struct plan_settings *s = &p->plan->settings;

	for (unsigned i = 0; i < SETTINGS; i++) {
		if (strcmp(setting[i].key, key) != 0)
			continue;
		if (s->given >> i & 1)
			return fail(p, "%s is given twice", key);
		s->given |= 1u << i;
		return number(p, key, value, setting[i].least, setting[i].most,
			      setting_of(s, i));
	}
	return fail(p, "[campaign] has no key `%s'", key);
}

static bool role_pair(struct parser *p, const char *key, const char *value)
{
	struct plan_role *role = &p->plan->role[p->plan->role_count - 1];
	const int i = find(role_key, KEYS, key, strlen(key));

	if (i < 0)
		return fail(p, "[role %s] has no key `%s'", role->name, key);
	if (role->given >> i & 1)
		return fail(p, "%s is given twice", key);
	role->given |= 1u << i;
	return role_value(p, role, i, value);
}

/* Whether a role, now that it is whole, makes sense. */
static bool role_good(struct parser *p, struct plan_role *role)
{
	const bool fuzzes = role->engine == PLAN_LIBFUZZER ||
			    role->engine == PLAN_LIBFUZZER_ASAN ||
			    role->engine == PLAN_AFL;
	const bool canary = role->engine == PLAN_CANARY;

	if (!(role->given >> ENGINE & 1))
		return fail_at(p, role->line, "a role needs an engine");
	if (fuzzes && !role->targets)
		role->targets = 1u << PLAN_CASE;
	if (canary && !role->targets)
		role->targets = 1u << PLAN_CASE;
	if (!fuzzes && !canary && role->targets)
		return fail_at(p, role->line, "only fuzzers have a target");
	if (canary && role->targets != 1u << PLAN_CASE)
		return fail_at(p, role->line, "a canary's target is fuzz_case");
	if (canary && !role->mutant[0])
		return fail_at(p, role->line, "a canary needs a mutant");
	if (!canary && role->mutant[0])
		return fail_at(p, role->line, "only a canary has a mutant");
	if (canary && role->given >> WEIGHT & 1)
		return fail_at(p, role->line, "a canary runs once and has no "
			       "weight");
	if (!fuzzes && role->profile != PLAN_PLAIN)
		return fail_at(p, role->line, "only fuzzers have a profile");
	if ((role->engine == PLAN_HW || role->engine == PLAN_SWEEP) &&
	    (role->given >> CHECK & 1 || role->given >> FOLDING & 1))
		return fail_at(p, role->line, "hw and sweep have neither check "
			       "nor folding");
	if (role->engine >= PLAN_RANDOM && role->choice == PLAN_FORMATS_ANY)
		return fail_at(p, role->line, "only fuzzers take formats = any");
	return true;
}

/* The section that has just ended. */
static bool section_end(struct parser *p)
{
	if (p->header)
		return fail_at(p, p->header_line, "a section without keys");
	if (p->in_role)
		return role_good(p, &p->plan->role[p->plan->role_count - 1]);
	return true;
}

static bool role_begin(struct parser *p, const char *name)
{
	struct plan *plan = p->plan;
	const size_t length = strlen(name);
	struct plan_role *role;

	if (!length || length >= PLAN_NAME ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != length)
		return fail(p, "a role's name is lower case letters, digits and "
			    "dashes, at most %u, not `%s'", PLAN_NAME - 1, name);
	for (unsigned i = 0; i < plan->role_count; i++)
		if (!strcmp(plan->role[i].name, name))
			return fail(p, "there are two roles `%s'", name);
	if (plan->role_count == PLAN_ROLES_MAX)
		return fail(p, "more than %u roles", PLAN_ROLES_MAX);
	role = &plan->role[plan->role_count++];
	*role = (struct plan_role){ .weight = 1, .line = p->at.line };
	memcpy(role->name, name, length + 1);
	p->in_role = true;
	return true;
}

/* A line in brackets: from it to the next the keys belong to that section. */
static bool section_begin(struct parser *p, const char *line, size_t length)
{
	const char *close = memchr(line, ']', length);
	char name[SECTION_MAX + 1];

	if (!section_end(p))
		return false;
	if (!close)
		return fail(p, "the section's name does not end with `]'");
	length = (size_t)(close - line) - 1;
	if (length > SECTION_MAX)
		return fail(p, "the section's name is longer than %u characters",
			    SECTION_MAX);
	for (const char *at = close + 1; *at && *at != '\n' && *at != ';'; at++)
		if (!isspace((unsigned char)*at))
			return fail(p, "text behind the section's name");
	memcpy(name, line + 1, length);
	name[length] = '\0';
	p->header = true;
	p->header_line = p->at.line;
	p->in_campaign = p->in_role = false;
	if (!strncmp(name, "role ", 5))
		return role_begin(p, name + 5);
	if (strcmp(name, "campaign") != 0)
		return fail(p, "expected [campaign] or [role NAME], not [%s]",
			    name);
	if (p->campaign_seen)
		return fail(p, "there are two sections [campaign]");
	p->in_campaign = p->campaign_seen = true;
	return true;
}

/* What no line may have.  line ends with a zero. */
static bool line_good(struct parser *p, const char *line, size_t length)
{
	const char *first = line + strspn(line, " \t\r\n");

	for (size_t i = 0; i < length; i++)
		if (iscntrl((unsigned char)line[i]) &&
		    !memchr("\t\r\n", line[i], 3))
			return fail(p, "a byte that is no text");
	if (!strncmp(line, "\xEF\xBB\xBF", 3))
		return fail(p, "the file begins with a byte order mark");
	/* To libinih such a line would go on with the value before. */
	if (first > line && *first && *first != '#' && *first != ';')
		return fail(p, "the line begins with a blank");
	return true;
}

/* libinih's reader: the next line, NULL at the end or where one is wrong. */
static char *read_line(char *line, int room, void *stream)
{
	struct parser *p = stream;
	const size_t left = (size_t)(p->end - p->text);
	const char *newline = left ? memchr(p->text, '\n', left) : NULL;
	const size_t length = newline ? (size_t)(newline - p->text) + 1 : left;

	if (p->failed || !left)
		return NULL;
	p->at.line++;
	if (room < 2 || length > (size_t)room - 1) {
		fail(p, "the line is longer than %d characters", room - 2);
		return NULL;
	}
	memcpy(line, p->text, length);
	line[length] = '\0';
	p->text += length;
	if (!line_good(p, line, length))
		return NULL;
	if (line[0] == '[' && !section_begin(p, line, length))
		return NULL;
	return line;
}

/* libinih's handler: a key with its value. */
static int take_pair(void *user, const char *section, const char *key,
		     const char *value)
{
	struct parser *p = user;

	(void)section;
	p->header = false;
	if (p->failed)
		return 0;
	if (!*value)
		return fail(p, "%s has no value", key);
	if (p->in_campaign)
		return campaign_key(p, key, value);
	if (p->in_role)
		return role_pair(p, key, value);
	return fail(p, "a key before the first section");
}

/* What is wrong with a plan whose lines are all good. */
static bool plan_good(struct parser *p)
{
	const struct plan_settings *s = &p->plan->settings;
	bool works = false;

	for (unsigned i = 0; i < p->plan->role_count; i++)
		works |= p->plan->role[i].engine != PLAN_CANARY;
	if (!works)
		return fail(p, "there is no role besides canaries");
	if (s->least_seconds > s->job_seconds)
		return fail(p, "least_seconds is more than job_seconds");
	return true;
}

int plan_parse(const char *text, size_t length, const char *name,
	       bool (*defect)(const char *name), struct plan *out, char *error,
	       size_t error_bytes)
{
	struct parser p = {
		.plan = out,
		.at = { .source = name, .error = error,
			.error_bytes = error_bytes },
		.defect = defect, .text = text, .end = text + length,
	};
	int line;

	memset(out, 0, sizeof(*out));
	for (unsigned i = 0; i < SETTINGS; i++)
		*setting_of(&out->settings, i) = setting[i].usual;
	if (length > PLAN_TEXT_BYTES) {
		fail(&p, "the plan is longer than %u bytes", PLAN_TEXT_BYTES);
		return -EINVAL;
	}
	line = ini_parse_stream(read_line, &p, take_pair, &p);
	/* libinih goes on behind a line that it cannot split: that came first. */
	if (line > 0 && (!p.failed || (unsigned)line < p.failed_while)) {
		p.failed = false;
		fail_at(&p, (unsigned)line, "expected KEY = VALUE or [SECTION]");
	} else if (line < 0) {
		fail(&p, "out of memory");
	}
	if (!p.failed && section_end(&p))
		plan_good(&p);
	return p.failed ? -EINVAL : 0;
}
