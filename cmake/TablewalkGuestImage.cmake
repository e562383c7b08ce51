# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A script: turns the flat binary IMAGE into the C file OUT, which defines the
# struct guest_image SYMBOL.
file(READ ${IMAGE} hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
file(WRITE ${OUT} "#include \"guest_machine.h\"

static const uint8_t image[] = {
${hex}
};

extern const struct guest_image ${SYMBOL};
const struct guest_image ${SYMBOL} = { image, sizeof(image), \"\" };
")
