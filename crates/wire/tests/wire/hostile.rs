//! Whatever comes in: no panic, an event or a refusal in good form.

use offhook_core::call::Direction;
use offhook_core::number::Country;
use offhook_wire::params::Params;
use offhook_wire::{Refusal, Request, placetel, sipgate, zammad};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value};

use crate::expect::NOW;

fn check(request: &Request<'_>) -> Result<(), TestCaseError> {
    let country = Country::default();
    let refusals = [
        zammad::read(request, country, NOW).err(),
        sipgate::read(request, Some(Direction::In), country, NOW).err(),
        placetel::read(request, country, NOW).err(),
    ];
    for refusal in refusals.into_iter().flatten() {
        prop_assert_eq!(refusal.status(), 422);
        let body: Value = serde_json::from_slice(&zammad::refuse(&refusal)).unwrap();
        prop_assert!(body["error"].as_str().is_some_and(|text| !text.is_empty()));
        prop_assert!(!matches!(
            refusal,
            Refusal::Disabled | Refusal::NotConfigured | Refusal::Token
        ));
    }
    Ok(())
}

fn labels() -> impl Strategy<Value = Option<String>> {
    option::of(prop_oneof![
        Just("application/json".to_owned()),
        Just("application/x-www-form-urlencoded".to_owned()),
        Just("multipart/form-data".to_owned()),
        Just("multipart/form-data; boundary=X".to_owned()),
        ".*",
    ])
}

/// Bytes that look a little like a request.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = select(vec![
        &b"{"[..],
        b"}",
        b"[",
        b"]",
        b"\"",
        b":",
        b",",
        b"\"event\":\"newCall\"",
        b"event=newCall",
        b"&",
        b"=",
        b"%",
        b"direction=in",
        b"user[]",
        b"\\u",
        b"\\",
        b"d83d",
        b"null",
        b"1.5e3",
        b"--X",
        b"--",
        b"\r\n",
        b"\r\n\r\n",
        b"Content-Disposition: form-data; name=\"event\"",
        b"\xff",
        b"\0",
        b"\xef\xbb\xbf",
    ]);
    vec(piece, 0..40).prop_map(|pieces: Vec<&[u8]>| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_bytes(label in labels(), query in option::of(".*"), body: Vec<u8>) {
        check(&Request { query: query.as_deref(), content_type: label.as_deref(), body: &body })?;
    }

    #[test]
    fn nearly_requests(label in labels(), body in pieces()) {
        check(&Request { query: None, content_type: label.as_deref(), body: &body })?;
    }

    #[test]
    fn json_is_read_as_serde_reads_it(object in btree_map("[^\0\\[\\]]{1,20}", "[^\0]*", 0..10)) {
        let object: Map<String, Value> = object.into_iter().map(|(key, value)| (key, value.into())).collect();
        for json in [serde_json::to_vec(&object).unwrap(), serde_json::to_vec_pretty(&object).unwrap()] {
            let request = Request { query: None, content_type: None, body: &json };
            let params = Params::read(&request).unwrap();
            let got: Map<String, Value> = params
                .fields()
                .iter()
                .map(|field| (field.key.to_string(), field.value.to_string().into()))
                .collect();
            prop_assert_eq!(&got, &object);
        }
    }

    #[test]
    fn forms_are_read_as_written(pairs in vec(("[^\0]{0,20}", "[^\0]*[^\0\r\n\t ]"), 0..10)) {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for (key, value) in &pairs {
            form.append_pair(key, value);
        }
        let form = format!("&{}", form.finish());
        let request = Request { query: Some(&form), content_type: None, body: b"" };
        let params = Params::read(&request).unwrap();
        let got: Vec<_> = params.fields().iter().map(|field| (field.key.to_string(), field.value.to_string())).collect();
        // A blank before a digit at the start reads as the plus of a phone number, on purpose.
        let plus = |text: &str| match text.as_bytes() {
            [b' ', digit, ..] if digit.is_ascii_digit() => text.replacen(' ', "+", 1),
            _ => text.to_owned(),
        };
        let expected: Vec<_> = pairs.iter().map(|(key, value)| (plus(key), plus(value))).collect();
        prop_assert_eq!(got, expected);
    }
}

#[test]
fn much_of_everything_ends_soon() {
    let country = Country::default();
    for body in [
        "[".repeat(1_000_000),
        "{\"a\":".repeat(1_000_000),
        "&".repeat(1_000_000),
        "=".repeat(1_000_000),
        "%".repeat(1_000_000),
        format!("{{\"{}\":1}}", "k".repeat(1_000_000)),
        format!("{{\"a\":{{\"{}\":[1,2,3]}}}}", "k".repeat(1_000_000)),
        format!("{{\"a\":[{}]}}", "1,".repeat(500_000)),
        format!("{{\"a\":[{}null]}}", "null,".repeat(200_000)),
        format!("{{\"event\":\"{}\"}}", "\\u0041".repeat(200_000)),
        format!(
            "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{}",
            "\r\n--Y".repeat(200_000)
        ),
    ] {
        let request = Request {
            query: None,
            content_type: None,
            body: body.as_bytes(),
        };
        assert!(zammad::read(&request, country, NOW).is_err());
    }
}
