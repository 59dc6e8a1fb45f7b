use serde_json::Value;

/// Fails unless what is expected is in what there is: of an object the keys named, of a list every
/// element in order.
#[track_caller]
pub fn assert_part(actual: &Value, expected: &Value, what: &str) {
    if let Some(difference) = difference(actual, expected, "") {
        panic!("{what}: {difference}\nin {actual:#}");
    }
}

fn difference(actual: &Value, expected: &Value, path: &str) -> Option<String> {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => {
            expected.iter().find_map(|(key, expected)| {
                let path = format!("{path}.{key}");
                match actual.get(key) {
                    Some(actual) => difference(actual, expected, &path),
                    None => Some(format!("{path} is missing")),
                }
            })
        }
        (Value::Array(actual), Value::Array(expected)) if actual.len() == expected.len() => {
            let mut pairs = actual.iter().zip(expected).enumerate();
            pairs.find_map(|(place, (actual, expected))| {
                difference(actual, expected, &format!("{path}[{place}]"))
            })
        }
        _ if actual == expected => None,
        _ => Some(format!("{path} is {actual}, not {expected}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::difference;

    #[test]
    fn what_is_expected_must_be_there_and_more_may_be() {
        let actual = json!({"a": [{"b": 1, "c": 2}], "d": null});
        for expected in [
            json!({}),
            json!({"d": null}),
            json!({"a": [{"c": 2}]}),
            actual.clone(),
        ] {
            assert_eq!(difference(&actual, &expected, ""), None, "{expected}");
        }
        for expected in [
            json!({"a": []}),
            json!({"a": [{"c": 3}]}),
            json!({"e": null}),
            json!([]),
        ] {
            assert!(difference(&actual, &expected, "").is_some(), "{expected}");
        }
    }
}
