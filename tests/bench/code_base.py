"""A code base under measurement: the commands of its compile database, and a copy of it that may be edited."""
import json
import os
import re
import shlex
import shutil

DROP_WITH_VALUE = {"-o", "-MF", "-MT", "-MQ"}
DROP = {"-c", "-MD", "-MMD"}
# What a compiler reads is small text; objects, libraries and data only cost time to copy.
LARGEST_COPIED = 4 << 20
NEVER_COPIED = (".o", ".a", ".so", ".gch", ".pch")


def words_of(entry):
    return entry.get("arguments") or shlex.split(entry["command"])


def flags_of(entry):
    """The flags that matter to a peer that writes nothing, the file among them."""
    kept, skip = [], False
    for word in words_of(entry)[1:]:
        if skip:
            skip = False
        elif word in DROP_WITH_VALUE:
            skip = True
        elif word not in DROP:
            kept.append(word)
    return kept


def path_of(entry):
    return os.path.normpath(os.path.join(entry["directory"], entry["file"]))


def is_cxx(entry):
    return not entry["file"].endswith((".c", ".s", ".S", ".asm"))


def spread_evenly(entries, limit):
    if not limit or limit >= len(entries):
        return entries
    return [entries[i * len(entries) // limit] for i in range(limit)]


def load(folder, match="", limit=0):
    """C++ commands whose file holds `match`, each file once, at most `limit` of them, spread evenly."""
    with open(os.path.join(folder, "compile_commands.json"), encoding="utf-8") as file:
        entries = [entry for entry in json.load(file) if is_cxx(entry) and match in entry["file"]]
    once = {path_of(entry): entry for entry in entries if os.path.exists(path_of(entry))}
    return spread_evenly(list(once.values()), limit)


def store(folder, entries):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as file:
        json.dump(entries, file)
    return folder


def _left_out(folder, names):
    out = []
    for name in names:
        path = os.path.join(folder, name)
        if name == ".git" or name.endswith(NEVER_COPIED) or ".so." in name:
            out.append(name)
        elif os.path.isfile(path) and os.path.getsize(path) > LARGEST_COPIED:
            out.append(name)
        elif not os.path.isfile(path) and not os.path.isdir(path):
            out.append(name)  # a dangling link, a socket
    return out


def copy_of(root, entries, into):
    """Copies the tree and rewrites the commands to it. The measured edits happen there, never in the user's tree."""
    shutil.copytree(root, into, symlinks=True, ignore=_left_out)
    inside = re.compile(re.escape(root) + r'(?=[/"\s\\]|$)')
    moved = json.loads(inside.sub(lambda _: into, json.dumps(entries)))
    for entry in moved:
        os.makedirs(entry["directory"], exist_ok=True)
    return [entry for entry in moved if os.path.exists(path_of(entry))]


def edit(path, serial):
    """Makes the file differ in text and in the place of what follows nothing: a comment at its end."""
    with open(path, "a", encoding="utf-8") as file:
        file.write(f"\n// edit {serial}\n")
