"""Static checks of OpenTelemetry instrumentation as Bazel actions.

An aspect makes the facts of each source file with the command line that the C++ toolchain compiles it with; Bazel caches
and distributes these actions as it does compilations. A test judges all of them together:

    load("//tools/spangate:spangate.bzl", "spangate_test")

    spangate_test(
        name = "telemetry",
        deps = ["//src:server"],
        config = "//:spangate.yaml",
    )

The label //tools/spangate:spangate names the program: an installed one, or one built by Bazel (see BUILD.bazel).
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "CPP_COMPILE_ACTION_NAME", "C_COMPILE_ACTION_NAME")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

SpangateInfo = provider(
    doc = "Facts of a target and of all that it depends on.",
    fields = {
        "facts": "depset of files",
        "sources": "depset of files: the text that reports show and that suppressions stand in",
    },
)

_KINDS = ["cc_library", "cc_binary", "cc_test"]
_FOLLOWED = ["deps", "implementation_deps", "srcs", "actual"]
_C = ["c"]
_CPP = ["cc", "cpp", "cxx", "c++", "C", "cu", "mm"]

def _copts(ctx, is_cpp):
    """The flags of the command line, of the target and of its kind of source, as cc_library orders them."""
    fragment = ctx.fragments.cpp
    flags = fragment.copts + (fragment.cxxopts if is_cpp else fragment.conlyopts)
    own = getattr(ctx.rule.attr, "copts", [])
    kind = getattr(ctx.rule.attr, "cxxopts" if is_cpp else "conlyopts", [])
    expanded = []
    for flag in own + kind:
        flag = ctx.expand_make_variables("copts", flag, {})
        expanded.append(flag)
    return flags + expanded

def _command_line(ctx, toolchain, features, context, source, is_cpp):
    variables = cc_common.create_compile_variables(
        cc_toolchain = toolchain,
        feature_configuration = features,
        source_file = source.path,
        user_compile_flags = _copts(ctx, is_cpp),
        include_directories = context.includes,
        quote_include_directories = context.quote_includes,
        system_include_directories = depset(transitive = [context.system_includes, getattr(context, "external_includes", depset())]),
        framework_include_directories = context.framework_includes,
        preprocessor_defines = depset(
            getattr(ctx.rule.attr, "local_defines", []),
            transitive = [context.defines],
        ),
    )
    action = CPP_COMPILE_ACTION_NAME if is_cpp else C_COMPILE_ACTION_NAME
    return struct(
        compiler = cc_common.get_tool_for_action(feature_configuration = features, action_name = action),
        flags = cc_common.get_memory_inefficient_command_line(
            feature_configuration = features,
            action_name = action,
            variables = variables,
        ),
        environment = cc_common.get_environment_variables(
            feature_configuration = features,
            action_name = action,
            variables = variables,
        ),
    )

def _facts_of(ctx, target, toolchain, features, context, source, headers):
    is_cpp = source.extension in _CPP
    command = _command_line(ctx, toolchain, features, context, source, is_cpp)
    facts = ctx.actions.declare_file("{}.spangate/{}.facts".format(target.label.name, source.short_path.replace("../", "")))
    arguments = ctx.actions.args()
    arguments.add_all(["analyze", "--root", ".", "--facts-out", facts.path, "--", command.compiler])
    arguments.add_all(command.flags)

    # Some toolchains put the source file into the flags, others leave it to the caller.
    if source.path not in command.flags:
        arguments.add_all(["-c", source.path])
    ctx.actions.run(
        executable = ctx.executable._spangate,
        arguments = [arguments],
        inputs = depset([source] + headers, transitive = [context.headers, toolchain.all_files]),
        outputs = [facts],
        env = command.environment,
        mnemonic = "SpangateFacts",
        progress_message = "spangate: facts of " + source.short_path,
    )
    return facts

def _context_of(target, ctx):
    """What the target compiles with: its own context, and those of dependencies that it does not pass on."""
    infos = [target[CcInfo]] if CcInfo in target else []
    for attribute in ["deps", "implementation_deps"]:
        infos += [dep[CcInfo] for dep in _list_of(getattr(ctx.rule.attr, attribute, None)) if CcInfo in dep]
    return cc_common.merge_cc_infos(cc_infos = infos).compilation_context

def _files_of(ctx, attribute):
    return [file for dep in _list_of(getattr(ctx.rule.attr, attribute, None)) for file in dep.files.to_list()]

def _facts_aspect(target, ctx):
    infos = [
        dep[SpangateInfo]
        for attribute in _FOLLOWED
        for dep in _list_of(getattr(ctx.rule.attr, attribute, None))
        if SpangateInfo in dep
    ]
    made = []
    files = []
    if ctx.rule.kind in _KINDS and not target.label.workspace_name:
        toolchain = find_cpp_toolchain(ctx)
        features = cc_common.configure_features(
            ctx = ctx,
            cc_toolchain = toolchain,
            requested_features = ctx.features,
            unsupported_features = ctx.disabled_features + ["module_maps", "layering_check"],
        )
        context = _context_of(target, ctx)
        files = _files_of(ctx, "srcs") + _files_of(ctx, "hdrs")
        sources = [file for file in files if file.extension in _C + _CPP]
        headers = [file for file in files if file not in sources]
        made = [_facts_of(ctx, target, toolchain, features, context, source, headers) for source in sources]
    facts = depset(made, transitive = [info.facts for info in infos])
    return [
        SpangateInfo(facts = facts, sources = depset(files, transitive = [info.sources for info in infos])),
        OutputGroupInfo(spangate_facts = facts),
    ]

def _list_of(value):
    if type(value) == "list":
        return [item for item in value if type(item) == "Target"]
    return [value] if type(value) == "Target" else []

spangate_facts = aspect(
    implementation = _facts_aspect,
    doc = "bazel build --aspects=//tools/spangate:spangate.bzl%spangate_facts --output_groups=spangate_facts //...",
    attr_aspects = _FOLLOWED,
    attrs = {
        "_cc_toolchain": attr.label(default = Label("@bazel_tools//tools/cpp:current_cc_toolchain")),
        "_spangate": attr.label(default = Label("//tools/spangate:spangate"), executable = True, cfg = "exec", allow_files = True),
    },
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
    fragments = ["cpp"],
)

def _spangate_test(ctx):
    facts = depset(transitive = [dep[SpangateInfo].facts for dep in ctx.attr.deps])
    listed = ctx.actions.declare_file(ctx.label.name + ".facts.txt")
    lines = ctx.actions.args()
    lines.add_all(facts, map_each = _runfile, allow_closure = False)
    lines.set_param_file_format("multiline")
    ctx.actions.write(listed, lines)
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    config = "--config '{}'".format(ctx.file.config.short_path) if ctx.file.config else "--no-config"
    ctx.actions.write(script, """#!/bin/sh
# The report for the terminal is the test's log; the others are its outputs.
out=${{TEST_UNDECLARED_OUTPUTS_DIR:-.}}
exec '{program}' analyze --link '@{facts}' --root . {config} --out "$out" --report "json=$out/result.json" \\
  --report "sarif=$out/result.sarif" --report "junit=${{XML_OUTPUT_FILE:-$out/junit.xml}}" {options} "$@"
""".format(
        program = ctx.executable._spangate.short_path,
        facts = listed.short_path,
        config = config,
        options = " ".join(["'{}'".format(option) for option in ctx.attr.options]),
    ), is_executable = True)
    own = [listed, ctx.executable._spangate] + ([ctx.file.config] if ctx.file.config else [])
    sources = depset(transitive = [dep[SpangateInfo].sources for dep in ctx.attr.deps])
    runfiles = ctx.runfiles(files = own, transitive_files = depset(transitive = [facts, sources]))
    runfiles = runfiles.merge(ctx.attr._spangate[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = script, runfiles = runfiles)]

def _runfile(file):
    return file.short_path

spangate_test = rule(
    implementation = _spangate_test,
    doc = "Judges the C++ code of deps, and of all that they depend on in this repository.",
    attrs = {
        "config": attr.label(allow_single_file = True, doc = "spangate.yaml"),
        "deps": attr.label_list(aspects = [spangate_facts], mandatory = True),
        "options": attr.string_list(doc = "further options of spangate analyze --link, as --fail-on=warning"),
        "_spangate": attr.label(default = Label("//tools/spangate:spangate"), executable = True, cfg = "exec", allow_files = True),
    },
    test = True,
)
