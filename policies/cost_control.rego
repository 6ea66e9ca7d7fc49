# Cost control: a model call must fit what is left of the budget, and unimportant tasks take no expensive model.
#
# Input: action, estimated_cost_usd, budget_remaining_usd, model, task_priority.
# data.config.cost_control:
#   expensive_models  names; a dated or suffixed release of one counts, too. Default ["gpt-4", "claude-opus-4"].
#   low_priorities    what unimportant is called. Default ["low"].
# countersign: on_error=allow
package countersign.cost_control

default allow := true

allow := false if count(deny_reasons) > 0

default expensive_models := ["gpt-4", "claude-opus-4"]

expensive_models := data.config.cost_control.expensive_models if is_array(data.config.cost_control.expensive_models)

default low_priorities := ["low"]

low_priorities := data.config.cost_control.low_priorities if is_array(data.config.cost_control.low_priorities)

deny_reasons contains "budget_exceeded" if {
	input.action == "llm_call"
	is_number(input.budget_remaining_usd)
	is_number(input.estimated_cost_usd)
	input.budget_remaining_usd < input.estimated_cost_usd
}

# Nobody can say whether what is no number fits: it is not let through.
deny_reasons contains "amount_unreadable" if {
	input.action == "llm_call"
	has_cost
	not is_number(input.estimated_cost_usd)
}

deny_reasons contains "amount_unreadable" if {
	input.action == "llm_call"
	has_budget
	not is_number(input.budget_remaining_usd)
}

deny_reasons contains "expensive_model_for_low_priority" if {
	input.action == "llm_call"
	low_priority
	expensive
}

low_priority if {
	is_string(input.task_priority)
	some word in low_priorities
	is_string(word)
	lower(input.task_priority) == lower(word)
}

# `openai/gpt-4` is gpt-4, and `gpt-4-0613` is one of its releases.
expensive if {
	is_string(input.model)
	some name in expensive_models
	is_string(name)
	parts := split(lower(input.model), "/")
	startswith(concat("", [parts[count(parts) - 1], "-"]), concat("", [lower(name), "-"]))
}

warnings contains "cost_control: no estimated cost in the input, budget not checked" if {
	input.action == "llm_call"
	not has_cost
}

warnings contains "cost_control: no remaining budget in the input, budget not checked" if {
	input.action == "llm_call"
	not has_budget
}

warnings contains "cost_control: no model in the input of a task of low priority, model not checked" if {
	input.action == "llm_call"
	low_priority
	not has_model
}

has_cost if input.estimated_cost_usd != null

has_model if is_string(input.model)

has_budget if input.budget_remaining_usd != null

decision := {"allow": allow, "deny_reasons": deny_reasons, "warnings": warnings}
