"""The server that the MCP conformance suite asks for, on PyPI's `mcp`: what passes here directly must pass through us.

    fixture.py PORT     streamable HTTP at http://127.0.0.1:PORT/mcp, both eras
    fixture.py stdio

Names, texts and schemas are those that the suite looks for; none of it does anything.
"""

import asyncio
import hashlib
import hmac
import json
import secrets
import sys

import mcp_types as t
from mcp import MCPError
from mcp.server.lowlevel import Server

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
)
WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA="
NOTHING = {"type": "object", "properties": {}}
READS = t.ToolAnnotations(read_only_hint=True)
KEY = secrets.token_bytes(32)

ADDRESS = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}


def one(kind, **more):
    return {"type": "object", "properties": {kind: {"type": "string"}}, "required": [kind], **more}


def said(text, **more):
    return t.CallToolResult(content=[t.TextContent(type="text", text=text)], **more)


def image():
    return t.ImageContent(type="image", data=PNG, mime_type="image/png")


def embedded(uri, mime, text):
    contents = t.TextResourceContents(uri=uri, mime_type=mime, text=text)
    return t.EmbeddedResource(type="resource", resource=contents)


# What plain tools answer.


async def simple(ctx, args):
    return said("This is a simple text response for testing.")


async def picture(ctx, args):
    return t.CallToolResult(content=[image()])


async def sound(ctx, args):
    return t.CallToolResult(content=[t.AudioContent(type="audio", data=WAV, mime_type="audio/wav")])


async def resource(ctx, args):
    text = "This is an embedded resource content."
    return t.CallToolResult(content=[embedded("test://embedded-resource", "text/plain", text)])


async def mixed(ctx, args):
    last = embedded("test://mixed-content-resource", "application/json", '{"test":"data","value":123}')
    first = t.TextContent(type="text", text="Multiple content types test:")
    return t.CallToolResult(content=[first, image(), last])


async def fails(ctx, args):
    return said("This tool intentionally returns an error for testing", is_error=True)


async def logs(ctx, args):
    for text in ["Tool execution started", "Tool processing data", "Tool execution completed"]:
        await ctx.session.send_log_message("info", text, related_request_id=ctx.request_id)
        await asyncio.sleep(0.05)
    return said("Tool with logging executed successfully")


async def logs_once(ctx, args):
    await ctx.session.send_log_message("info", "logged", related_request_id=ctx.request_id)
    return said("logged")


async def progresses(ctx, args):
    for done in (0, 50, 100):
        await ctx.session.report_progress(done, 100)
        await asyncio.sleep(0.05)
    return said("done")


async def samples(ctx, args):
    message = t.SamplingMessage(role="user", content=t.TextContent(type="text", text=args.get("prompt", "")))
    answer = await ctx.session.create_message([message], max_tokens=100, related_request_id=ctx.request_id)
    return said(f"LLM response: {answer.content.text}")


def elicits(message, schema, before):
    async def tool(ctx, args):
        asked = args.get("message", message)
        answer = await ctx.session.elicit_form(asked, schema, related_request_id=ctx.request_id)
        return said(f"{before}: action={answer.action}, content={json.dumps(answer.content)}")

    return tool


USER = {
    "type": "object",
    "properties": {
        "username": {"type": "string", "description": "User's response"},
        "email": {"type": "string", "description": "User's email address"},
    },
    "required": ["username", "email"],
}
DEFAULTS = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "default": "John Doe"},
        "age": {"type": "integer", "default": 30},
        "score": {"type": "number", "default": 95.5},
        "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
        "verified": {"type": "boolean", "default": True},
    },
}


def titled(what):
    return [{"const": f"value{n}", "title": f"{name} {what}"} for n, name in enumerate(["First", "Second", "Third"], 1)]


OPTIONS = ["option1", "option2", "option3"]
ENUMS = {
    "type": "object",
    "properties": {
        "untitledSingle": {"type": "string", "enum": OPTIONS},
        "titledSingle": {"type": "string", "oneOf": titled("Option")},
        "legacyEnum": {
            "type": "string",
            "enum": ["opt1", "opt2", "opt3"],
            "enumNames": ["Option One", "Option Two", "Option Three"],
        },
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": OPTIONS}},
        "titledMulti": {"type": "array", "items": {"anyOf": titled("Choice")}},
    },
}


# Tools of the newer era, which answer that they need something first.


def form(message, key, kind="string"):
    schema = {"type": "object", "properties": {key: {"type": kind}}, "required": [key]}
    return t.ElicitRequest(params=t.ElicitRequestFormParams(message=message, requested_schema=schema))


def sampling(text):
    message = t.SamplingMessage(role="user", content=t.TextContent(type="text", text=text))
    return t.CreateMessageRequest(params=t.CreateMessageRequestParams(messages=[message], max_tokens=50))


def sealed(text):
    return text + "." + hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()


def opened(state):
    text = (state or "").rpartition(".")[0]
    if not hmac.compare_digest(sealed(text), state or ""):
        raise MCPError(code=-32602, message="the state was altered")
    return text


def needs(requests, state=None):
    return t.InputRequiredResult(input_requests=requests, request_state=sealed(state) if state else None)


def one_round(requests, answer, state=None):
    """Asks until every key was answered; a state, where there is one, must come back as it was."""

    async def tool(ctx, args, params):
        given = params.input_responses or {}
        if not all(key in given for key in requests):
            return needs(requests, state)
        if state:
            opened(params.request_state)
        return said(answer(given))

    return tool


async def two_rounds(ctx, args, params):
    given, state = params.input_responses or {}, params.request_state
    if not state:
        return needs({"step1": form("Step 1: What is your name?", "name")}, "round 1")
    if opened(state) == "round 1" and "step1" in given:
        return needs({"step2": form("Step 2: What is your favorite color?", "color")}, "round 2")
    return said("Both steps are done.")


async def capable(ctx, args, params):
    """Asks only for what the client said it can do."""
    if params.input_responses:
        return said("done")
    able, requests = ctx.session.client_capabilities, {}
    if able and able.elicitation is not None:
        requests["user_name"] = form("What is your name?", "name")
    if able and able.sampling is not None:
        requests["greeting"] = sampling("Generate a greeting")
    return needs(requests) if requests else said("nothing can be asked")


async def wants_sampling(ctx, args, params):
    able = ctx.session.client_capabilities
    if not (able and able.sampling is not None):
        raise MCPError(
            code=-32021,
            message="the client cannot sample",
            data={"requiredCapabilities": {"sampling": {}}},
        )
    return said("it can")


ROUNDS = {
    "test_input_required_result_elicitation": one_round(
        {"user_name": form("What is your name?", "name")},
        lambda given: f"Hello, {(given['user_name'].content or {}).get('name')}!",
    ),
    "test_input_required_result_sampling": one_round(
        {"capital_question": sampling("What is the capital of France?")}, lambda given: "The model has answered."
    ),
    "test_input_required_result_list_roots": one_round(
        {"client_roots": t.ListRootsRequest()}, lambda given: "The roots are known."
    ),
    "test_input_required_result_request_state": one_round(
        {"confirm": form("Please confirm", "ok", "boolean")}, lambda given: "state-ok", "state"
    ),
    "test_input_required_result_multiple_inputs": one_round(
        {
            "user_name": form("What is your name?", "name"),
            "greeting": sampling("Generate a greeting"),
            "client_roots": t.ListRootsRequest(),
        },
        lambda given: "All of it is known.",
        "many",
    ),
    "test_input_required_result_multi_round": two_rounds,
    "test_input_required_result_tampered_state": one_round(
        {"confirm": form("Please confirm", "ok", "boolean")}, lambda given: "it is whole", "whole"
    ),
    "test_input_required_result_capabilities": capable,
    "test_missing_capability": wants_sampling,
    "test_streaming_elicitation": one_round({"user_name": form("What is your name?", "name")}, lambda given: "Hello!"),
}
PLAIN = {
    "test_simple_text": (simple, NOTHING),
    "test_image_content": (picture, NOTHING),
    "test_audio_content": (sound, NOTHING),
    "test_embedded_resource": (resource, NOTHING),
    "test_multiple_content_types": (mixed, NOTHING),
    "test_tool_with_logging": (logs, NOTHING),
    "test_logging_tool": (logs_once, NOTHING),
    "test_error_handling": (fails, NOTHING),
    "test_tool_with_progress": (progresses, NOTHING),
    "test_sampling": (samples, one("prompt")),
    "test_elicitation": (elicits("", USER, "User response"), one("message")),
    "test_elicitation_sep1034_defaults": (elicits("Defaults", DEFAULTS, "Elicitation completed"), NOTHING),
    "test_elicitation_sep1330_enums": (elicits("Enums", ENUMS, "Elicitation completed"), NOTHING),
    "json_schema_2020_12_tool": (simple, ADDRESS),
}
TOOLS = [
    t.Tool(name=name, description=f"For the suite: {name}.", input_schema=schema, annotations=READS)
    for name, schema in [*((name, schema) for name, (_, schema) in PLAIN.items()), *((name, NOTHING) for name in ROUNDS)]
]


async def list_tools(ctx, params):
    return t.ListToolsResult(tools=TOOLS)


async def call_tool(ctx, params):
    args = params.arguments or {}
    if params.name in PLAIN:
        return await PLAIN[params.name][0](ctx, args)
    if params.name in ROUNDS:
        return await ROUNDS[params.name](ctx, args, params)
    raise MCPError(code=-32602, message="no such tool")


RESOURCES = {
    "test://static-text": ("text/plain", "This is the content of the static text resource."),
    "test://static-binary": ("image/png", None),
    "test://watched-resource": ("text/plain", "This is watched."),
    "test://example-resource": ("text/plain", "This is an example."),
}


async def list_resources(ctx, params):
    resources = [
        t.Resource(uri=uri, name=uri.rpartition("/")[2], description=f"For the suite: {uri}.", mime_type=mime)
        for uri, (mime, _) in RESOURCES.items()
    ]
    return t.ListResourcesResult(resources=resources)


async def list_templates(ctx, params):
    template = t.ResourceTemplate(
        uri_template="test://template/{id}/data",
        name="template",
        description="For the suite: a template.",
        mime_type="application/json",
    )
    return t.ListResourceTemplatesResult(resource_templates=[template])


async def read_resource(ctx, params):
    uri = str(params.uri)
    before, after = "test://template/", "/data"
    if uri in RESOURCES:
        mime, text = RESOURCES[uri]
        if text is None:
            contents = t.BlobResourceContents(uri=uri, mime_type=mime, blob=PNG)
        else:
            contents = t.TextResourceContents(uri=uri, mime_type=mime, text=text)
    elif uri.startswith(before) and uri.endswith(after):
        id = uri.removeprefix(before).removesuffix(after)
        text = json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})
        contents = t.TextResourceContents(uri=uri, mime_type="application/json", text=text)
    else:
        raise MCPError(code=-32602, message="Resource not found", data={"uri": uri})
    return t.ReadResourceResult(contents=[contents])


async def subscribe(ctx, params):
    return t.EmptyResult()


def message(content):
    return t.PromptMessage(role="user", content=content)


def text(words):
    return t.TextContent(type="text", text=words)


PROMPTS = {
    "test_simple_prompt": [],
    "test_prompt_with_arguments": ["arg1", "arg2"],
    "test_prompt_with_embedded_resource": ["resourceUri"],
    "test_prompt_with_image": [],
    "test_input_required_result_prompt": [],
}


async def list_prompts(ctx, params):
    prompts = [
        t.Prompt(
            name=name,
            description=f"For the suite: {name}.",
            arguments=[t.PromptArgument(name=arg, description="text", required=True) for arg in arguments],
        )
        for name, arguments in PROMPTS.items()
    ]
    return t.ListPromptsResult(prompts=prompts)


async def get_prompt(ctx, params):
    args = params.arguments or {}
    match params.name:
        case "test_simple_prompt":
            messages = [message(text("This is a simple prompt for testing."))]
        case "test_prompt_with_arguments":
            messages = [message(text(f"Prompt with arguments: arg1='{args['arg1']}', arg2='{args['arg2']}'"))]
        case "test_prompt_with_embedded_resource":
            content = embedded(args["resourceUri"], "text/plain", "Embedded resource content for testing.")
            messages = [message(content), message(text("Please process the embedded resource above."))]
        case "test_prompt_with_image":
            messages = [message(image()), message(text("Please analyze the image above."))]
        case "test_input_required_result_prompt":
            if "user_context" not in (params.input_responses or {}):
                return needs({"user_context": form("What context should the prompt use?", "context")})
            messages = [message(text("With that context."))]
        case _:
            raise MCPError(code=-32602, message="no such prompt")
    return t.GetPromptResult(description="For the suite.", messages=messages)


async def complete(ctx, params):
    return t.CompleteResult(completion=t.Completion(values=["test value"], total=1, has_more=False))


async def set_level(ctx, params):
    return t.EmptyResult()


server = Server(
    "conformance-fixture",
    version="1",
    on_list_tools=list_tools,
    on_call_tool=call_tool,
    on_list_resources=list_resources,
    on_list_resource_templates=list_templates,
    on_read_resource=read_resource,
    on_subscribe_resource=subscribe,
    on_unsubscribe_resource=subscribe,
    on_list_prompts=list_prompts,
    on_get_prompt=get_prompt,
    on_completion=complete,
    on_set_logging_level=set_level,
)


async def stdio():
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


if sys.argv[1] == "stdio":
    asyncio.run(stdio())
else:
    import uvicorn

    app = server.streamable_http_app(host="127.0.0.1")
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
