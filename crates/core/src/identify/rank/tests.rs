use proptest::prelude::*;

use super::*;

fn one(contact_id: i64, level: Level) -> Match {
    Match {
        contact_id: ContactId(contact_id),
        name: format!("contact {contact_id}"),
        organization: String::new(),
        level,
    }
}

fn ranked(found: &[(i64, Level)]) -> Vec<i64> {
    let found = found.iter().map(|(id, level)| one(*id, *level)).collect();
    rank(found)
        .into_iter()
        .map(|one| one.contact_id.0)
        .collect()
}

#[test]
fn tables() {
    use Level::{Known, Maybe};
    let cases = [
        (vec![], vec![]),
        (vec![(1, Known)], vec![1]),
        (vec![(1, Known), (3, Known), (2, Known)], vec![3, 2, 1]),
        (vec![(1, Known), (3, Maybe)], vec![1]),
        (vec![(3, Maybe), (1, Known), (3, Known)], vec![3, 1]),
        (vec![(1, Maybe), (3, Maybe), (1, Maybe)], vec![3, 1]),
        (vec![(2, Known), (2, Known)], vec![2]),
    ];
    for (found, expected) in cases {
        assert_eq!(ranked(&found), expected, "{found:?}");
    }
}

#[test]
fn no_more_than_twenty_and_those_the_newest() {
    let many: Vec<_> = (1..=30).map(|id| (id, Level::Maybe)).collect();
    assert_eq!(ranked(&many), (11..=30).rev().collect::<Vec<_>>());
}

#[test]
fn words() {
    for (word, level) in [
        ("known", Some(Level::Known)),
        ("maybe", Some(Level::Maybe)),
        ("", None),
    ] {
        assert_eq!(Level::from_word(word), level);
        assert_eq!(level.map_or("", Level::as_str), word);
    }
}

proptest! {
    #[test]
    fn order_of_finding_does_not_matter(
        found in prop::collection::vec((0..30_i64, any::<bool>()), 0..60),
        turn in 0..60_usize,
    ) {
        let level = |known| if known { Level::Known } else { Level::Maybe };
        let found: Vec<_> = found.into_iter().map(|(id, known)| (id, level(known))).collect();
        let mut turned = found.clone();
        turned.rotate_left(turn.min(found.len()));
        let result = ranked(&found);
        prop_assert_eq!(&result, &ranked(&turned));
        prop_assert!(result.windows(2).all(|pair| pair[0] > pair[1]));
        prop_assert_eq!(result.is_empty(), found.is_empty());
    }
}
