use serde_json::{Value, json};

use crate::{Answer, assert_part};

/// Asserts that the API refused: with this status, code and, where one is to blame, field.
#[track_caller]
pub fn assert_problem(answer: &Answer, status: u16, code: &str, field: Option<&str>) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_part(&problem, &json!({"status": status, "code": code}), code);
    let named = problem.get("field").and_then(Value::as_str);
    assert_eq!(named, field, "{}", answer.text);
}
