# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Files of a Linux tree, compiled unmodified for a user process.

Tree        an unpacked tree; it is never written to
Headers     its headers, configured for one architecture and one compiler, kept in
            a cache folder; compiles files with kbuild's own flags
Part        objects of a tree and of glue as one relocatable object: what is left
            undefined gets a stub that ends the process, and only chosen names stay
            global, so that several parts fit into one program

kernel/README.md describes the interface; kernel/compile is the command.
"""
import configparser
import contextlib
import fcntl
import hashlib
import os
import re
import shlex
import shutil
import signal
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HINT = "install it with: ci/install --tests"

# Our name of an architecture: kbuild's name, and the folder below arch/.
ARCHITECTURES = {"x86_64": "x86", "arm64": "arm64", "riscv": "riscv",
                 "s390": "s390"}

# Flags of kbuild that only make sense in ring 0, or only for its checks.  The
# calling convention of floating point is that of user space.
DROPPED = re.compile(
    r"-E|-c|-S|-Wp,-MMD.*|-fverbose-asm|-mcmodel=.*|-mno-red-zone|"
    r"-mpreferred-stack-boundary=.*|-mstack-alignment=.*|"
    r"-mno-(sse|mmx|sse2|3dnow|avx|80387|fp-ret-in-387)|-mskip-rax-setup|"
    r"-fconserve-stack|-W(?!p,).*|-mgeneral-regs-only|-msoft-float|"
    r"-mpacked-stack|-mkernel-backchain|-mbackchain|-fpatchable-function.*|"
    r"-mstack-protector-guard.*|-fno-(PIE|pie)|-f(PIE|pie)|-mabi=lp64|"
    r"-mcmodel|-pg|-mrecord-mcount|-mfentry|-mindirect-branch.*|"
    r"-fsanitize.*|-ffixed-x18")
REPLACED = [(re.compile(r"-march=rv64i?ma.*"), "-march=rv64gc")]
ADDED = ["-w", "-g", "-fno-pie", "-fno-omit-frame-pointer",
         "-ffunction-sections", "-fdata-sections"]
# Relocations that only calls have.
CALLS = re.compile(r"R_X86_64_PLT32|R_AARCH64_(CALL|JUMP)26|"
                   r"R_RISCV_(CALL(_PLT)?|JAL)|R_390_PLT\w+")
# Of others: the instruction in front tells a call from the address of data.
CALL_INSTRUCTIONS = re.compile(r"\s(call|jmp|brasl|jg|jgnop)\s")
# What a C library gives, and what the instrumentation calls.
LIBC = re.compile(
    r"mem(set|cpy|move|cmp|chr)|str(n?cmp|n?cpy|n?len|r?chr|n?cat|str)|abort|"
    r"dprintf|__asan_.*|__ubsan_.*|__sanitizer_.*|__sancov_.*|__stack_chk.*|"
    r"__(start|stop)_(_sancov|asan|__sancov).*|__afl_.*|"
    r"_GLOBAL_OFFSET_TABLE_|\.TOC\.")


class Trouble(Exception):
    """One clear sentence for whoever started this."""


def run(command, capture=True, **more):
    """Runs a command in a process group that does not outlive this script."""
    pipe = subprocess.PIPE if capture else None
    child = subprocess.Popen([str(part) for part in command], text=True,
                             stdin=subprocess.DEVNULL, stdout=pipe,
                             stderr=pipe, start_new_session=True, **more)
    try:
        out, err = child.communicate()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        raise
    return child.returncode, out or "", err or ""


def tail(text, lines=8):
    found = [l for l in text.splitlines() if "error" in l.lower()] or \
        text.strip().splitlines()
    return "\n    ".join(found[-lines:])


def need(*tools):
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing:
        raise Trouble(f"missing: {', '.join(missing)}; {HINT}")


class Tree:
    """An unpacked Linux tree."""

    def __init__(self, path):
        self.path = Path(path).resolve()
        for name in ("Makefile", "Kconfig", "mm/pagewalk.c"):
            if not (self.path / name).is_file():
                raise Trouble(f"{path}: not an unpacked Linux tree (it has no "
                              f"{name}); ci/fetch-linux-source makes one")
        if (self.path / ".config").exists() or \
                (self.path / "include/config").exists():
            raise Trouble(f"{path}: was configured or built in place; `make "
                          "mrproper` there, or unpack another")
        makefile = (self.path / "Makefile").read_text()
        numbers = [re.search(rf"^{name} = (\d+)$", makefile, re.M)
                   for name in ("VERSION", "PATCHLEVEL", "SUBLEVEL")]
        if not all(numbers):
            raise Trouble(f"{path}: its Makefile does not tell a version")
        self.version = ".".join(number.group(1) for number in numbers)
        self.number = tuple(int(number.group(1)) for number in numbers)
        if self.number < (5, 10):
            raise Trouble(f"{path}: is Linux {self.version}; what is older "
                          "than 5.10 is not supported")

    def file(self, name):
        if not (self.path / name).is_file():
            raise Trouble(f"Linux {self.version} has no {name}")
        return self.path / name


class Headers:
    """Configured headers of a tree, for one architecture and one compiler.

    config is the text of a fragment over allnoconfig; lines of it must take
    effect, except those behind `# wanted', which a tree may not know.
    """

    def __init__(self, tree, cache, config, arch="x86_64", compiler="gcc",
                 jobs=2):
        if arch not in ARCHITECTURES:
            raise Trouble(f"{arch}: not one of {', '.join(ARCHITECTURES)}")
        self.tree, self.arch, self.compiler = tree, arch, compiler
        self.config, self.jobs = config, jobs
        cache = Path(cache).resolve()
        if cache == tree.path or tree.path in cache.parents:
            raise Trouble(f"{cache}: lies in the tree, which is not written to")
        match = re.fullmatch(r"((?:.*/)?(?:[a-z0-9_]+-){2,4})(?:gcc|clang).*",
                             compiler)
        self.cross = match.group(1) if match else ""
        need("make", "flex", "bison", "bc", compiler, self.tool("ld"))
        _, banner, _ = run([compiler, "--version"])
        key = hashlib.sha256("\n".join(
            [str(tree.path), arch, compiler, banner, config]).encode())
        self.build = cache / (f"linux-{tree.version}-{arch}-"
                              f"{Path(compiler).name}-{key.hexdigest()[:10]}")
        self.build.mkdir(parents=True, exist_ok=True)
        self.flags = {}

    def tool(self, name):
        return self.cross + name

    @contextlib.contextmanager
    def locked(self):
        """Only one process at a time works in the folder."""
        with open(self.build / "tablewalk.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def make(self, *targets):
        fragment = self.build / "tablewalk.config"
        fragment.write_text(self.config)
        env = dict(os.environ, KCONFIG_ALLCONFIG=str(fragment), LC_ALL="C")
        for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "CFLAGS", "LDFLAGS"):
            env.pop(name, None)
        command = ["make", "-s", "-j", self.jobs, "-C", self.tree.path,
                   f"O={self.build}", f"ARCH={self.arch}",
                   f"CC={self.compiler}", "KBUILD_BUILD_TIMESTAMP=1970-01-01"]
        if self.cross:
            command.append(f"CROSS_COMPILE={self.cross}")
        status, out, err = run(command + list(targets), env=env)
        if status:
            said = tail(out + err)
            more = "; libelf-dev may be missing" if "libelf" in said else ""
            raise Trouble(f"make {' '.join(targets)} failed in Linux "
                          f"{self.tree.version} for {self.arch}{more}:\n    "
                          + said)

    def check_config(self):
        have = (self.build / ".config").read_text().splitlines()
        for line in self.config.partition("# wanted")[0].splitlines():
            off = re.fullmatch(r"# (CONFIG_\w+) is not set", line)
            on = re.match(r"(CONFIG_\w+)=", line)
            if off and any(h.startswith(off.group(1) + "=") for h in have) \
                    or on and line not in have:
                raise Trouble(f"{line} did not take effect in Linux "
                              f"{self.tree.version} for {self.arch}")

    def prepare(self):
        """Configures and makes the headers, unless that was done before."""
        stamp = self.build / "tablewalk.prepared"
        with self.locked():
            if stamp.exists():
                return
            self.make("allnoconfig")
            self.check_config()
            self.make("prepare0")
            stamp.write_text("")

    def learn(self, files):
        """Makes kbuild say how it compiles these files of the tree."""
        self.prepare()
        said = {name: self.said(name) for name in files}
        unknown = [name for name in files if not said[name].is_file()]
        for name in unknown:
            self.tree.file(name)
        if unknown:
            # Only preprocessed: that tells the flags, and no warning of
            # another compiler's gets in the way.
            with self.locked():
                self.make(*[name[:-1] + "i" for name in unknown])
        for name in files:
            self.flags[name] = self.read_command(said[name])

    def said(self, name):
        path = Path(name)
        return self.build / path.parent / f".{path.stem}.i.cmd"

    def read_command(self, record):
        if not record.is_file():
            raise Trouble(f"kbuild left no record {record}")
        line = record.read_text().splitlines()[0]
        line = re.sub(r"^(saved)?cmd_\S+ := ", "", line).split(" ; ")[0]
        out, skip = [], False
        for part in shlex.split(line.replace("$(pound)", "#"))[1:-1]:
            if skip or part == "-o":
                skip = not skip
                continue
            if DROPPED.fullmatch(part):
                continue
            for pattern, instead in REPLACED:
                part = instead if pattern.fullmatch(part) else part
            out.append(part)
        return out + ADDED + [
            f'-DKERNEL_TREE_VERSION="{self.tree.version}"']

    def compile(self, source, out, like, more=()):
        """Compiles one file with the flags of `like', a file of the tree."""
        if like not in self.flags:
            self.learn([like])
        status, _, err = run([self.compiler, *self.flags[like], *more, "-c",
                              "-o", out, source], cwd=self.build)
        if status:
            raise Trouble(f"{source} does not compile with the headers of "
                          f"Linux {self.tree.version}:\n    " + tail(err))
        return out

    def accepts(self, code, like):
        """Whether a piece of C compiles with the tree's headers."""
        if like not in self.flags:
            self.learn([like])
        # With -w they would not be errors either.
        flags = [flag for flag in self.flags[like] if flag != "-w"]
        command = [self.compiler, *flags,
                   "-Werror=implicit-function-declaration",
                   "-Werror=incompatible-pointer-types",
                   "-Werror=int-conversion",
                   "-fsyntax-only", "-x", "c", "-"]
        child = subprocess.run(command, input=code, text=True,
                               cwd=self.build, capture_output=True)
        return child.returncode == 0

    def features(self, path, like):
        """A header that says which of the features of an .ini the tree has.

        A feature is a section; `code' is a piece of C that must compile.  What
        is called NAME there is the macro KERNEL_HAS_NAME, 0 or 1.
        """
        text = Path(path).read_text()
        stem = f"{Path(path).stem}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"
        out = self.build / f"tablewalk-{stem}.h"
        if out.is_file():
            return out
        # "# " only: a line of C may begin with #include.
        wanted = configparser.ConfigParser(interpolation=None,
                                           comment_prefixes=("# ",))
        wanted.read_string(text)
        lines = []
        for name in wanted.sections():
            has = self.accepts(wanted[name]["code"] + "\n", like)
            lines.append(f"#define KERNEL_HAS_{name} {int(has)}\n")
        scratch = out.with_suffix(f".{os.getpid()}")
        scratch.write_text("".join(lines))
        scratch.replace(out)
        return out


def defect(path, name):
    """One section of a list of defects: its file, pattern and replacement."""
    found = configparser.ConfigParser(interpolation=None)
    found.read(path)
    if name not in found:
        raise Trouble(f"{path}: no defect [{name}]")
    return found[name]


def alter(source, name, pattern, replacement, out):
    """Copies a file with one change, which must fit at exactly one place."""
    text, count = re.subn(pattern, replacement, Path(source).read_text(),
                          flags=re.S)
    if count != 1:
        raise Trouble(f"defect {name}: {source} has {count} places to change, "
                      "not one")
    Path(out).write_text(text)
    return Path(out)


class Part:
    """Objects of a tree and of glue, linked into one relocatable object."""

    def __init__(self, headers, scratch):
        self.headers, self.scratch = headers, Path(scratch)
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.objects = []

    def add(self, source, like, more=()):
        name = re.sub(r"[^\w.]", "_", str(source))[-80:] + ".o"
        out = self.scratch / name
        if out in self.objects:
            out = self.scratch / f"{len(self.objects)}_{name}"
        self.objects.append(self.headers.compile(source, out, like, more))
        return out

    def undefined(self, combined, allowed):
        """Names that nobody gives: those of functions, and the others."""
        _, out, _ = run([self.headers.tool("nm"), "-u", combined])
        names = {line.split()[-1] for line in out.splitlines() if line.strip()}
        names = {n for n in names if not LIBC.fullmatch(n) and
                 not any(re.fullmatch(a, n) for a in allowed)}
        _, text, _ = run([self.headers.tool("objdump"), "-dr", combined])
        called, before = set(), ""
        for line in text.splitlines():
            match = re.search(r"\b(R_\w+)\s+([^\s+-]+)", line)
            if not match:
                before = line
            elif CALLS.match(match.group(1)) or \
                    CALL_INSTRUCTIONS.search(before):
                called.add(match.group(2))
        return sorted(names & called), sorted(names - called)

    def stubs(self, names):
        """An object in which each of these functions ends the process."""
        text = ("int dprintf(int, const char *, ...);\n"
                "_Noreturn void abort(void);\n")
        for name in names:
            text += (f"void {name}(void) {{ dprintf(2, \"Linux calls {name}(), "
                     "which is not there\\n\"); abort(); }\n")
        source = self.scratch / "stubs.c"
        source.write_text(text)
        out = self.scratch / "stubs.o"
        status, _, err = run([self.headers.compiler, "-w", "-O1", "-g",
                              "-fno-pie", "-fno-builtin", "-c", "-o", out,
                              source])
        if status:
            raise Trouble("the stubs do not compile:\n    " + tail(err))
        return out

    def combine(self, objects, out):
        # Instrumented globals lie in groups by their names: of two objects with
        # an init_mm each, the program would have one only.
        status, _, err = run([self.headers.tool("ld"), "-r",
                              "--force-group-allocation", "-o", out, *objects])
        if status:
            raise Trouble("the parts do not fit together:\n    " + tail(err))
        return out

    def finish(self, out, imports=(), exports=(), functions=()):
        """Writes the object.

        imports: patterns of names that stay undefined, for the program to give.
        exports: wildcards of names that stay global; without any, all do.
        functions: names that are functions although only their address is
        taken.  Data that is missing is an error, never a stub.
        """
        combined = self.combine(self.objects, self.scratch / "combined.o")
        called, others = self.undefined(combined, imports)
        data = [name for name in others if name not in functions]
        if data:
            raise Trouble(
                f"Linux {self.headers.tree.version} wants {', '.join(data)}: "
                "define it in the glue if it is data, or name it with "
                "--function if it is a function")
        stubbed = called + [name for name in others if name in functions]
        if stubbed:
            combined = self.combine([combined, self.stubs(stubbed)],
                                    self.scratch / "stubbed.o")
        command = [self.headers.tool("objcopy")]
        if exports:
            command.append("-w")
            command += [f"--keep-global-symbol={name}" for name in exports]
        partial = Path(f"{out}.{os.getpid()}")
        status, _, err = run(command + [combined, partial])
        if status:
            partial.unlink(missing_ok=True)
            raise Trouble("objcopy failed:\n    " + tail(err))
        partial.replace(out)
        return stubbed
