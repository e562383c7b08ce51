# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What ci/campaign and ci/report are made of."""
