//! Contacts as one types.

use offhook_core::ContactId;
use offhook_core::number::NumberKey;

use super::Engine;
use super::contacts::{draft, known};
use super::said::seconds;
use crate::{ContactStore, Cursor};

const PEOPLE: [(&str, &str, &str, i64); 8] = [
    (
        "Anna Lopez",
        "Awesome Ltd",
        "+49 30 23125741",
        493_023_125_741,
    ),
    (
        "Jürgen Müller-Lüdenscheidt",
        "Stadtwerke München AG",
        "089/998999",
        4_989_998_999,
    ),
    ("Hanna Mueller", "", "21", -121),
    ("Zoë Groß", "Café Größenwahn", "+43 1 5555", 4_315_555),
    ("Иван Петров", "ООО Ромашка", "+7 495 1", 74_951),
    ("王伟明", "百度", "", 8_610),
    ("O'Brien, Pat", "1&1 100% GmbH & Co. KG", "", 441),
    ("", "54 Studio", "", 33_054),
];

async fn fill(store: &impl ContactStore) {
    for (name, organization, phone, key) in PEOPLE {
        let draft = draft(name, organization, &[phone]);
        store
            .add_contact(&draft, &[known(key)], seconds(0))
            .await
            .unwrap();
    }
}

async fn found(store: &impl ContactStore, search: &str) -> Vec<i64> {
    let page = store.contacts(Some(search), None, 500).await.unwrap();
    assert_eq!(page.next, None);
    page.items.iter().map(|contact| contact.id.0).collect()
}

/// Beginnings of words, parts of longer ones, several in any order; newest first.
pub async fn words_and_parts_of_them(engine: &impl Engine) {
    let store = engine.open().await;
    fill(&store).await;
    let all: Vec<i64> = (1..=8).rev().collect();
    for blank in ["", "  "] {
        assert_eq!(found(&store, blank).await, all);
    }
    for (search, ids) in [
        ("a", vec![2, 1]),
        ("AN", vec![1]),
        ("ann", vec![3, 1]),
        ("anna", vec![3, 1]),
        ("anna lop", vec![1]),
        ("lopez anna", vec![1]),
        ("anna awe", vec![1]),
        ("ltd, anna", vec![1]),
        ("pez", vec![1]),
        ("ez", vec![]),
        ("müller", vec![3, 2]),
        ("mueller", vec![3, 2]),
        ("muller", vec![2]),
        ("MÜLLER-LÜD", vec![2]),
        ("munchen", vec![2]),
        ("zoe", vec![4]),
        ("gross", vec![4]),
        ("Größ", vec![4]),
        ("cafe", vec![4]),
        ("петр", vec![5]),
        ("ПЕТ", vec![5]),
        ("п", vec![5]),
        ("王", vec![6]),
        ("伟明", vec![6]),
        ("百度", vec![6]),
        ("o'brien", vec![7]),
        ("1&1", vec![7]),
        ("co. kg", vec![7]),
        ("gmbh & co", vec![7]),
        ("54", vec![8]),
        ("&", vec![]),
        ("\"", vec![]),
        ("anna\"", vec![3, 1]),
        ("anna*", vec![3, 1]),
        ("anna OR emma", vec![]),
        ("words:anna", vec![]),
        ("anna \0", vec![3, 1]),
        ("%", vec![]),
        ("_", vec![]),
        ("nobody", vec![]),
    ] {
        assert_eq!(found(&store, search).await, ids, "{search:?}");
    }
}

/// Numbers, however they are written.
pub async fn digits(engine: &impl Engine) {
    let store = engine.open().await;
    fill(&store).await;
    for (search, ids) in [
        ("493023125741", vec![1]),
        ("+49 30 2312", vec![1]),
        ("030 2312", vec![1]),
        ("0302312-5741", vec![1]),
        ("004930", vec![1]),
        ("5741", vec![1]),
        ("49", vec![2, 1]),
        ("089998", vec![2]),
        ("089/99", vec![2]),
        ("21", vec![3]),
        ("(+43) 1 55", vec![4]),
        ("7495", vec![5]),
        ("anna 2312", vec![1]),
        ("999999", vec![]),
        ("anna 999", vec![]),
    ] {
        assert_eq!(found(&store, search).await, ids, "{search:?}");
    }
}

/// What a contact was before it changed does not find it any more.
pub async fn changed_contacts(engine: &impl Engine) {
    let store = engine.open().await;
    fill(&store).await;
    let new = draft("Berta Meier", "", &["+49 40 1"]);
    for _ in 0..3 {
        let id = ContactId(1);
        store
            .update_contact(id, None, &new, &[known(49_401)], seconds(1))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found(&store, "berta").await, [1]);
        assert_eq!(found(&store, "lopez").await, [] as [i64; 0]);
        assert_eq!(found(&store, "2312").await, [] as [i64; 0]);
        assert_eq!(found(&store, "49401").await, [1]);
    }
    assert!(store.delete_contact(ContactId(3), None).await.unwrap());
    assert_eq!(found(&store, "anna").await, [] as [i64; 0]);
    assert_eq!(found(&store, "mueller").await, [2]);
}

/// Page by page, with and without a search.
pub async fn pages(engine: &impl Engine) {
    let store = engine.open().await;
    let many: Vec<_> = (0..50)
        .map(|number| {
            let name = if number % 2 == 0 {
                "Even Steven"
            } else {
                "Odd Todd"
            };
            (draft(name, "", &[]), vec![])
        })
        .collect();
    store.add_contacts(&many, seconds(0)).await.unwrap();
    for (search, step) in [(None, 1), (Some("even"), 2), (Some("o"), 2)] {
        for limit in [1, 7, 25, 50, 51] {
            let mut after: Option<Cursor> = None;
            let mut ids = Vec::new();
            loop {
                let page = store.contacts(search, after, limit).await.unwrap();
                assert!(page.items.len() == limit || page.next.is_none());
                ids.extend(page.items.iter().map(|contact| contact.id.0));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            let first = if search == Some("even") { 49 } else { 50 };
            let expected: Vec<i64> = (1..=first).rev().step_by(step).collect();
            assert_eq!(ids, expected, "{search:?} {limit}");
        }
    }
}

/// Numbers of those whose name or organisation fits; digits are none.
pub async fn their_numbers(engine: &impl Engine) {
    let store = engine.open().await;
    fill(&store).await;
    let numbers = async |search: &str, limit| {
        let mut keys = store.numbers_matching(search, limit).await.unwrap();
        keys.sort();
        keys.into_iter()
            .map(|NumberKey(key)| key)
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers("mueller", 9).await, [-121, 4_989_998_999]);
    assert_eq!(numbers("stadtwerke", 9).await, [4_989_998_999]);
    assert_eq!(numbers("mueller", 1).await.len(), 1);
    assert_eq!(numbers("2312", 9).await, [] as [i64; 0]);
    assert_eq!(numbers("54", 9).await, [33_054]);
    assert_eq!(numbers("", 9).await, [] as [i64; 0]);
    assert_eq!(numbers("&", 9).await, [] as [i64; 0]);
    // A number of two is one number.
    store
        .add_contact(&draft("Hans Mueller", "", &[]), &[known(-121)], seconds(0))
        .await
        .unwrap();
    assert_eq!(numbers("mueller", 9).await, [-121, 4_989_998_999]);
}

/// However contacts come, change and go, a search finds what reading them all would find.
pub async fn like_a_plain_search(engine: &impl Engine) {
    const PARTS: [&str; 8] = ["ber", "mann", "lo", "pez", "schmi", "dt", "an", "na"];
    let store = engine.open().await;
    let mut state = 7_u64;
    let mut next = |most: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % most
    };
    let mut names: Vec<Option<String>> = Vec::new();
    for _ in 0..150 {
        let name = format!(
            "{}{} {}{}",
            PARTS[next(8)],
            PARTS[next(8)],
            PARTS[next(8)],
            PARTS[next(8)]
        );
        let draft = draft(&name, "", &[]);
        let place = next(names.len() + 1);
        let id = ContactId(i64::try_from(place).unwrap() + 1);
        match names.get_mut(place) {
            Some(old) if next(2) == 0 => {
                let gone = store.delete_contact(id, None).await.unwrap();
                assert_eq!(gone, old.take().is_some());
            }
            Some(Some(old)) => {
                store
                    .update_contact(id, None, &draft, &[], seconds(0))
                    .await
                    .unwrap()
                    .unwrap();
                *old = name;
            }
            _ => {
                store.add_contact(&draft, &[], seconds(0)).await.unwrap();
                names.push(Some(name));
            }
        }
    }
    for search in [
        "ber", "mannlo", "pez", "lopez", "annaan", "schmidt", "dtlo", "b", "an", "lo", "na",
    ] {
        let fits = |name: &String| {
            if search.len() < 3 {
                name.split(' ').any(|word| word.starts_with(search))
            } else {
                name.contains(search)
            }
        };
        let mut expected: Vec<i64> = (1..)
            .zip(&names)
            .filter(|(_, name)| name.as_ref().is_some_and(fits))
            .map(|(id, _)| id)
            .collect();
        expected.reverse();
        assert_eq!(found(&store, search).await, expected, "{search}");
    }
}
