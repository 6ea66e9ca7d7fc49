//! Policy over the API: what stands, what is suggested, applying, rejecting and taking back.
//!
//! An operator's change is a suggestion; an admin's own is applied by his proof, as on the command line. The names
//! `suggestions` and `versions` below `/policies` are ours: a module of such a name is found in the list alone.

mod changes;
mod schemas;
mod standing;

use crate::http::api::policies::schemas::{
    applied, apply_body, check_body, checked, lists, page, patch_body, patched, policy,
    reject_body, rollback_body, suggest_body, suggestion, suggestions, test_body, tested, versions,
};
use crate::http::api::route::{Answers, Needs, Param, Route};
use axum::routing::{get, patch, post};

const LIMIT: Param =
    Param { name: "limit", kind: "integer", means: "At most so many, 1 to 1000; 100." };
const SUGGESTIONS: &[Param] = &[
    Param {
        name: "status",
        kind: "string",
        means: "Only those that stand so: pending, approved, applied, rejected, expired or cancelled.",
    },
    LIMIT,
];

/// What speaks against a change before anybody is asked.
const NOT_PROPOSED: &[(u16, &str)] = &[
    (400, "invalid_diff"),
    (400, "invalid_parameter"),
    (409, "no_such"),
    (409, "stale_base"),
    (413, "too_large"),
    (422, "not_admitted"),
    (429, "too_many"),
];

pub(in crate::http::api) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/api/v1/policies",
        name: "list_policies",
        summary: "Lists modules and rules, and says what holds where none of them speaks of a call.",
        needs: Needs::Operator,
        query: &[],
        body: None,
        answers: Answers::Json(lists),
        refusals: &[],
        handler: || get(standing::list),
    },
    Route {
        method: "GET",
        path: "/api/v1/policies/{name}",
        name: "get_policy",
        summary: "Shows a module with its text.",
        needs: Needs::Operator,
        query: &[],
        body: None,
        answers: Answers::Json(policy),
        refusals: &[(404, "not_found")],
        handler: || get(standing::one),
    },
    Route {
        method: "PATCH",
        path: "/api/v1/policies/{name}",
        name: "switch_policy",
        summary: "Switches a module. With an admin's token or signature it is so at once (200); an operator's, one from \
                  the console and one that needs a second admin is a suggestion (202).",
        needs: Needs::Operator,
        query: &[],
        body: Some(patch_body),
        answers: Answers::Json(patched),
        refusals: &[
            (400, "invalid_parameter"),
            (404, "not_found"),
            (409, "of_configuration"),
            (409, "stale_base"),
            (409, "graver_now"),
            (422, "not_admitted"),
            (429, "too_many"),
        ],
        handler: || patch(changes::switch),
    },
    Route {
        method: "GET",
        path: "/api/v1/policies/versions",
        name: "list_policy_versions",
        summary: "Lists the versions of the policy, newest first.",
        needs: Needs::Operator,
        query: &[LIMIT],
        body: None,
        answers: Answers::Json(versions),
        refusals: &[(400, "invalid_parameter")],
        handler: || get(standing::history),
    },
    Route {
        method: "GET",
        path: "/api/v1/policies/suggestions",
        name: "list_policy_suggestions",
        summary: "Lists suggestions, newest first.",
        needs: Needs::Operator,
        query: SUGGESTIONS,
        body: None,
        answers: Answers::Json(suggestions),
        refusals: &[(400, "invalid_parameter")],
        handler: || get(standing::suggested),
    },
    Route {
        method: "POST",
        path: "/api/v1/policies/suggestions",
        name: "suggest_policy",
        summary: "Suggests a change; nothing changes by it. The same one, open already, is not made twice.",
        needs: Needs::Operator,
        query: &[],
        body: Some(suggest_body),
        answers: Answers::Json(suggestion),
        refusals: NOT_PROPOSED,
        handler: || post(changes::suggest),
    },
    Route {
        method: "GET",
        path: "/api/v1/policies/suggestions/{id}",
        name: "get_policy_suggestion",
        summary: "Shows a suggestion whole, with what it would have decided otherwise in the last days.",
        needs: Needs::Operator,
        query: &[],
        body: None,
        answers: Answers::Json(page),
        refusals: &[(404, "not_found")],
        handler: || get(standing::suggestion_whole),
    },
    Route {
        method: "POST",
        path: "/api/v1/policies/suggestions/{id}/apply",
        name: "apply_policy_suggestion",
        summary: "Applies a suggestion as it was shown, as a new version (200); or is one of the two yeses that it \
                  needs (202).",
        needs: Needs::Admin,
        query: &[],
        body: Some(apply_body),
        answers: Answers::Json(applied),
        refusals: &[
            (400, "confirm_missing"),
            (400, "invalid_parameter"),
            (403, "not_a_decider"),
            (403, "own_suggestion"),
            (403, "word_differs"),
            (404, "not_found"),
            (409, "already_ended"),
            (409, "diff_changed"),
            (409, "graver_now"),
            (409, "shown_differs"),
            (409, "stale_base"),
            (409, "token_invalid"),
            (422, "not_admitted"),
        ],
        handler: || post(changes::apply),
    },
    Route {
        method: "POST",
        path: "/api/v1/policies/suggestions/{id}/reject",
        name: "reject_policy_suggestion",
        summary: "Rejects a suggestion; the reason is told to whoever made it.",
        needs: Needs::Admin,
        query: &[],
        body: Some(reject_body),
        answers: Answers::Json(suggestion),
        refusals: &[
            (400, "invalid_parameter"),
            (404, "not_found"),
            (409, "already_decided"),
            (409, "shown_differs"),
        ],
        handler: || post(changes::reject),
    },
    Route {
        method: "POST",
        path: "/api/v1/policies/rollback",
        name: "roll_back_policy",
        summary: "Suggests to take a version back, whole row by whole row; it is applied like any suggestion.",
        needs: Needs::Operator,
        query: &[],
        body: Some(rollback_body),
        answers: Answers::Json(suggestion),
        refusals: &[
            (400, "invalid_parameter"),
            (404, "not_found"),
            (409, "not_reversible"),
            (422, "not_admitted"),
            (429, "too_many"),
        ],
        handler: || post(changes::roll_back),
    },
    Route {
        method: "POST",
        path: "/api/v1/policies/check",
        name: "check_policy",
        summary: "Looks a text over: whether it is let in, and what is odd about it, with its place. Nothing is stored.",
        needs: Needs::Operator,
        query: &[],
        body: Some(check_body),
        answers: Answers::Json(checked),
        refusals: &[(400, "invalid_parameter"), (413, "too_large")],
        handler: || post(standing::check),
    },
    Route {
        method: "POST",
        path: "/api/v1/policies/test",
        name: "test_policy",
        summary: "Judges inputs by a text that is given, and compares with what is expected. Nothing is stored.",
        needs: Needs::Operator,
        query: &[],
        body: Some(test_body),
        answers: Answers::Json(tested),
        refusals: &[(400, "invalid_parameter"), (413, "too_large"), (429, "busy")],
        handler: || post(standing::test),
    },
];
