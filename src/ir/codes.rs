//! Every code that a violation may carry, and when: programs branch on these, so they are a contract.

/// Code of a violation, and when it is given. All but the last two make a plan `REJECT`.
pub const CODES: &[(&str, &str)] = &[
    (NOT_JSON, "the text is not JSON, not UTF-8, or begins with a byte order mark"),
    (DUPLICATE_KEY, "an object holds the same key twice"),
    (TOO_DEEP, "brackets are nested deeper than 64 levels"),
    (LONE_SURROGATE, "a string holds half of a surrogate pair"),
    (TOO_LARGE, "more than 16 MiB, 1,000,000 keys or 2,000,000 values"),
    (NOT_AN_OBJECT, "the plan, a step, or a field that must be an object is something else"),
    (MISSING_FIELD, "a required field is not there"),
    (UNKNOWN_FIELD, "a field that plans do not have"),
    (INVALID_FIELD, "a field is of another type than it must be"),
    (INVALID_LENGTH, "a text is empty or longer than its field takes"),
    (UNTRIMMED, "a text begins or ends with white space"),
    (CONTROL_CHARACTER, "a text or key holds a control character"),
    (FLOAT, "a number is written with a fraction, an exponent or as `-0`"),
    (NO_STEPS, "`steps` is empty"),
    (TOO_MANY_STEPS, "more than 10,000 steps"),
    (FOREIGN_TENANT, "`tenant_id` is not the tenant of this process"),
    (UNKNOWN_ACTION, "no action of this name is in the vocabulary"),
    (INVALID_ACTION, "`action` is not a text"),
    (UNKNOWN_PROVIDER, "no provider of this name is in the vocabulary"),
    (INVALID_PROVIDER, "`provider` is not a text"),
    (FAMILY_MISMATCH, "the provider does not take actions of this family"),
    (
        MISSING_IDEMPOTENCY_KEY,
        "a step has no `idempotency_key`, and neither has the plan; or it is blank",
    ),
    (DUPLICATE_IDEMPOTENCY_KEY, "two steps have the same effective idempotency key"),
    (DUPLICATE_STEP_ID, "two steps have the same `step_id`"),
    (
        AMBIGUOUS_STEP_ID,
        "a `step_id` reads like the place of another step, or begins with `idx:` or `id:`",
    ),
    (INVALID_BUDGET, "`budget_cents` is not a whole number that fits"),
    (NEGATIVE_BUDGET, "`budget_cents` is below zero"),
    (INVALID_CLAIM, "`risk_tier` is not 0 to 3, or `requires_approval` is not true or false"),
    (UNKNOWN_DEPENDENCY, "`depends_on` names a step that is not there"),
    (DEPENDENCY_CYCLE, "steps wait for each other"),
    (RULE_DENIED, "a rule of the configuration denies a step"),
    (CHECK_FAILED, "a check itself failed, so the plan is refused"),
    (BULK_IN_TOTAL, "warning: the steps together touch more than 100 records"),
    (MORE_VIOLATIONS, "warning: there are more violations than the 100 that are listed"),
];

pub(crate) const NOT_JSON: &str = "NOT_JSON";
pub(crate) const DUPLICATE_KEY: &str = "DUPLICATE_KEY";
pub(crate) const TOO_DEEP: &str = "TOO_DEEP";
pub(crate) const LONE_SURROGATE: &str = "LONE_SURROGATE";
pub(crate) const TOO_LARGE: &str = "TOO_LARGE";
pub(crate) const NOT_AN_OBJECT: &str = "NOT_AN_OBJECT";
pub(crate) const MISSING_FIELD: &str = "MISSING_FIELD";
pub(crate) const UNKNOWN_FIELD: &str = "UNKNOWN_FIELD";
pub(crate) const INVALID_FIELD: &str = "INVALID_FIELD";
pub(crate) const INVALID_LENGTH: &str = "INVALID_LENGTH";
pub(crate) const UNTRIMMED: &str = "UNTRIMMED";
pub(crate) const CONTROL_CHARACTER: &str = "CONTROL_CHARACTER";
pub(crate) const FLOAT: &str = "FLOAT";
pub(crate) const NO_STEPS: &str = "NO_STEPS";
pub(crate) const TOO_MANY_STEPS: &str = "TOO_MANY_STEPS";
pub(crate) const FOREIGN_TENANT: &str = "FOREIGN_TENANT";
pub(crate) const UNKNOWN_ACTION: &str = "UNKNOWN_ACTION";
pub(crate) const INVALID_ACTION: &str = "INVALID_ACTION";
pub(crate) const UNKNOWN_PROVIDER: &str = "UNKNOWN_PROVIDER";
pub(crate) const INVALID_PROVIDER: &str = "INVALID_PROVIDER";
pub(crate) const FAMILY_MISMATCH: &str = "FAMILY_MISMATCH";
pub(crate) const MISSING_IDEMPOTENCY_KEY: &str = "MISSING_IDEMPOTENCY_KEY";
pub(crate) const DUPLICATE_IDEMPOTENCY_KEY: &str = "DUPLICATE_IDEMPOTENCY_KEY";
pub(crate) const DUPLICATE_STEP_ID: &str = "DUPLICATE_STEP_ID";
pub(crate) const AMBIGUOUS_STEP_ID: &str = "AMBIGUOUS_STEP_ID";
pub(crate) const INVALID_BUDGET: &str = "INVALID_BUDGET";
pub(crate) const NEGATIVE_BUDGET: &str = "NEGATIVE_BUDGET";
pub(crate) const INVALID_CLAIM: &str = "INVALID_CLAIM";
pub(crate) const UNKNOWN_DEPENDENCY: &str = "UNKNOWN_DEPENDENCY";
pub(crate) const DEPENDENCY_CYCLE: &str = "DEPENDENCY_CYCLE";
pub(crate) const RULE_DENIED: &str = "RULE_DENIED";
pub(crate) const CHECK_FAILED: &str = "CHECK_FAILED";
pub(crate) const BULK_IN_TOTAL: &str = "BULK_IN_TOTAL";
pub(crate) const MORE_VIOLATIONS: &str = "MORE_VIOLATIONS";
