/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Single cases of a sweep: see sweep_private.h.
 */
#include <errno.h>
#include <stdio.h>

#include "sweep_private.h"

int sweep_try(struct sweep *s, const struct sweep_case *c, bool *found,
	      struct sweep_bucket *bucket, char *error, size_t error_bytes)
{
	const struct guest_probe probe = {
		.va = c->va, .access = c->access, .privilege = c->privilege,
		.translate = c->translate,
	};
	struct mmu_outcome out;
	bool safe = true, alone;
	int ret;

	*found = false;
	sweep_set_regime(s, c->control, c->space);
	sweep_clear(s);
	for (unsigned d = s->format->top; d <= c->leaf; d++) {
		sweep_put(s, d, pt_index(s->format, d, c->va), c->word[d]);
		safe = safe && sweep_word_safe(s, d, c->word[d],
					       d == c->leaf, !c->translate);
	}
	safe = sweep_model(s, c->space, c->va, &out) && safe;
	/* Where no root translates, the words do not matter. */
	safe |= out.verdict[c->privilege][c->access].word == PT_V_CANONICAL;
	if (!safe || !sweep_can_ask(s, &out, c->word, &probe, &alone)) {
		snprintf(error, error_bytes, "the case leads a walk or an "
			 "access into the guest's own program");
		return -EPERM;
	}
	ret = guest_set_regime(s->guest, c->control);
	if (!ret)
		ret = guest_run(s->guest, sweep_root(s, c->space), &probe,
				s->result, 1, NULL);
	if (ret == -EPIPE || ret == -ETIMEDOUT) {
		s->result[0] = (struct guest_result){
			.class = GUEST_DIED, .depth = PT_DEPTH_UNKNOWN,
		};
		ret = sweep_open_guest(s, error, error_bytes) ? 0 : -EIO;
	} else if (ret) {
		snprintf(error, error_bytes, "%s", guest_error(s->guest));
	}
	if (ret)
		return ret;
	s->counts.cases++;
	*found = s->result[0].class != GUEST_NOT_RUN &&
		 sweep_differs(s, &out, c->word, &probe, s->result, bucket);
	return 0;
}

/* Whether the case is still in the bucket; an error other than risk is *ret. */
static bool still(struct sweep *s, const struct sweep_bucket *b,
		  const struct sweep_case *c, int *ret, char *error,
		  size_t error_bytes)
{
	struct sweep_bucket now;
	bool found;
	int code = sweep_try(s, c, &found, &now, error, error_bytes);

	if (code == -EPERM)
		error[0] = '\0';
	else if (code)
		*ret = code;
	return !code && found && sweep_same_bucket(b, &now);
}

static int minimise(struct sweep *s, struct sweep_bucket *b, char *error,
		    size_t error_bytes)
{
	/* Of what kills the emulator each try would cost a start. */
	bool smaller = b->got.class != GUEST_DIED;
	int ret = 0;

	while (smaller && !ret) {
		smaller = false;
		for (unsigned d = s->format->top; d <= b->small.leaf; d++)
			for (unsigned i = 0; i < 64 && !ret; i++) {
				struct sweep_case c = b->small;

				c.word[d] &= ~(UINT64_C(1) << i);
				if (c.word[d] == b->small.word[d] ||
				    !still(s, b, &c, &ret, error,
					   error_bytes))
					continue;
				b->small = c;
				smaller = true;
			}
		for (unsigned i = 0; i < 32 && !ret; i++) {
			struct sweep_case c = b->small;

			c.control &= ~(UINT32_C(1) << i);
			if (c.control == b->small.control ||
			    guest_set_regime(s->guest, c.control) ||
			    !still(s, b, &c, &ret, error, error_bytes))
				continue;
			b->small = c;
			smaller = true;
		}
	}
	return ret;
}

int sweep_minimise(struct sweep *sweep, char *error, size_t error_bytes)
{
	/* What is tried here is no case of the sweep, which may go on. */
	const struct sweep_counts counts = sweep->counts;
	int ret = 0;

	for (unsigned i = 0; i < sweep->buckets && !ret; i++)
		ret = minimise(sweep, &sweep->bucket[i], error, error_bytes);
	sweep->counts = counts;
	return ret;
}
