//! Contacts, and who a number is.

use offhook_core::ContactId;
use offhook_core::identify::{Level, Match};
use offhook_core::number::NumberKey;

use super::Engine;
use super::said::seconds;
use crate::{Conflict, Contact, ContactDraft, ContactNumber, ContactStore, StoreError};

pub(super) fn draft(name: &str, organization: &str, phones: &[&str]) -> ContactDraft {
    ContactDraft {
        name: name.to_owned(),
        organization: organization.to_owned(),
        phones: phones.iter().map(|&phone| phone.to_owned()).collect(),
        ..ContactDraft::default()
    }
}

pub(super) fn known(key: i64) -> ContactNumber {
    ContactNumber {
        key: NumberKey(key),
        level: Level::Known,
    }
}

fn maybe(key: i64) -> ContactNumber {
    ContactNumber {
        key: NumberKey(key),
        level: Level::Maybe,
    }
}

fn stale<T: std::fmt::Debug>(result: &Result<T, StoreError>) {
    assert!(
        matches!(result, Err(StoreError::Conflict(Conflict::Stale))),
        "{result:?}"
    );
}

/// A contact comes back as it was made and changed.
pub async fn added_and_changed(engine: &impl Engine) {
    let store = engine.open().await;
    let full = ContactDraft {
        name: "Anna \"A\" Lopez \0".to_owned(),
        organization: "Awesome Ltd".to_owned(),
        phones: vec!["+49 30 1".to_owned(), String::new()],
        emails: vec!["anna@example.org".to_owned()],
        note: "also 030 2\n'".to_owned(),
        url: "https://example.org".to_owned(),
    };
    let first = store
        .add_contact(&full, &[known(49301), maybe(49302)], seconds(1))
        .await
        .unwrap();
    assert_eq!(first.draft, full);
    assert_eq!(
        (first.created_at, first.updated_at),
        (seconds(1), seconds(1))
    );
    assert_eq!(store.contact(first.id).await.unwrap(), Some(first.clone()));
    let empty = store
        .add_contact(&ContactDraft::default(), &[], seconds(2))
        .await
        .unwrap();
    assert!(empty.id > first.id);
    assert_eq!(store.contact(empty.id).await.unwrap(), Some(empty.clone()));
    let new = draft("Anna Miller", "", &["21"]);
    let changed = store
        .update_contact(first.id, None, &new, &[known(-21)], seconds(5))
        .await;
    let changed = changed.unwrap().unwrap();
    assert!(changed.revision > first.revision);
    let expected = Contact {
        id: first.id,
        draft: new,
        revision: changed.revision,
        created_at: seconds(1),
        updated_at: seconds(5),
    };
    assert_eq!(changed, expected);
    assert_eq!(store.contact(first.id).await.unwrap(), Some(expected));
    assert_eq!(store.numbers_of(first.id).await.unwrap(), [known(-21)]);
    assert_eq!(store.contact(empty.id).await.unwrap(), Some(empty));
    let gone = store
        .update_contact(ContactId(99), None, &full, &[], seconds(5))
        .await;
    assert_eq!(gone.unwrap(), None);
    assert_eq!(store.contact(ContactId(99)).await.unwrap(), None);
}

/// Who changes or deletes what somebody else changed meanwhile is told, where it says what it saw.
pub async fn a_stale_change(engine: &impl Engine) {
    let store = engine.open().await;
    let old = store
        .add_contact(&draft("a", "", &[]), &[known(1)], seconds(0))
        .await
        .unwrap();
    let seen = Some(old.revision);
    let new = draft("b", "", &[]);
    let changed = store
        .update_contact(old.id, seen, &new, &[], seconds(1))
        .await;
    let changed = changed.unwrap().unwrap();
    stale(
        &store
            .update_contact(old.id, seen, &old.draft, &[known(2)], seconds(2))
            .await,
    );
    stale(&store.delete_contact(old.id, seen).await);
    assert_eq!(store.contact(old.id).await.unwrap(), Some(changed.clone()));
    assert_eq!(store.numbers_of(old.id).await.unwrap(), []);
    assert!(
        store
            .delete_contact(old.id, Some(changed.revision))
            .await
            .unwrap()
    );
    // What is gone is gone, whatever was seen.
    assert!(!store.delete_contact(old.id, seen).await.unwrap());
    let gone = store
        .update_contact(old.id, seen, &new, &[], seconds(2))
        .await;
    assert_eq!(gone.unwrap(), None);
}

/// A deleted contact leads nowhere, and its id is never another's.
pub async fn deleting(engine: &impl Engine) {
    let store = engine.open().await;
    let numbers = [known(49301), maybe(49302)];
    let anna = store
        .add_contact(&draft("Anna", "", &[]), &numbers, seconds(0))
        .await
        .unwrap();
    assert!(store.delete_contact(anna.id, None).await.unwrap());
    assert!(!store.delete_contact(anna.id, None).await.unwrap());
    assert_eq!(store.contact(anna.id).await.unwrap(), None);
    assert_eq!(
        store
            .matches(&[NumberKey(49301), NumberKey(49302)])
            .await
            .unwrap(),
        []
    );
    assert_eq!(store.numbers_of(anna.id).await.unwrap(), []);
    assert_eq!(
        store.contacts(Some("anna"), None, 9).await.unwrap().items,
        []
    );
    assert_eq!(store.numbers_matching("anna", 9).await.unwrap(), []);
    let next = store
        .add_contact(&draft("Emma", "", &[]), &[], seconds(0))
        .await
        .unwrap();
    assert!(next.id > anna.id);
}

/// Who numbers may be: everyone that each leads to, and how sure that is.
pub async fn who_is_it(engine: &impl Engine) {
    let store = engine.open().await;
    let mut ids = Vec::new();
    for (name, numbers) in [
        ("Anna", vec![known(1), maybe(2), known(1)]),
        ("Emma", vec![known(1), known(3), maybe(3)]),
        ("Paul", vec![maybe(-4)]),
        ("Nobody", vec![]),
    ] {
        let draft = draft(name, "Ltd", &[]);
        ids.push(
            store
                .add_contact(&draft, &numbers, seconds(0))
                .await
                .unwrap()
                .id,
        );
    }
    let found = async |keys: &[i64]| {
        let keys: Vec<NumberKey> = keys.iter().copied().map(NumberKey).collect();
        let mut found: Vec<(i64, String, Level)> = Vec::new();
        for (key, matched) in store.matches(&keys).await.unwrap() {
            let place = ids.iter().position(|id| *id == matched.contact_id).unwrap();
            let Match {
                name, organization, ..
            } = matched;
            assert_eq!(organization, "Ltd");
            assert_eq!(name, ["Anna", "Emma", "Paul", "Nobody"][place]);
            found.push((key.0, name, matched.level));
        }
        found.sort_by_key(|(key, name, level)| (*key, name.clone(), *level == Level::Maybe));
        found
    };
    let (anna, emma, paul) = ("Anna".to_owned(), "Emma".to_owned(), "Paul".to_owned());
    let one = [
        (1, anna.clone(), Level::Known),
        (1, emma.clone(), Level::Known),
    ];
    assert_eq!(found(&[1]).await, one);
    assert_eq!(found(&[1, 1]).await, one);
    assert_eq!(found(&[2]).await, [(2, anna, Level::Maybe)]);
    assert_eq!(
        found(&[3]).await,
        [(3, emma.clone(), Level::Known), (3, emma, Level::Maybe)]
    );
    assert_eq!(found(&[4, -4]).await, [(-4, paul, Level::Maybe)]);
    assert_eq!(found(&[5]).await, []);
    assert_eq!(found(&[]).await, []);
    assert_eq!(found(&[3, 1, 2, -4]).await.len(), 6);
    assert_eq!(store.numbers_of(ids[0]).await.unwrap().len(), 2);
    assert_eq!(store.numbers_of(ids[3]).await.unwrap(), []);
}

/// An import makes all or none, in order.
pub async fn many_at_once(engine: &impl Engine) {
    let store = engine.open().await;
    store.add_contacts(&[], seconds(0)).await.unwrap();
    let many: Vec<_> = (0..300)
        .map(|number| {
            (
                draft(&format!("Person {number}"), "Import AG", &[]),
                vec![known(number)],
            )
        })
        .collect();
    store.add_contacts(&many, seconds(1)).await.unwrap();
    let one = store
        .add_contact(&draft("Last", "", &[]), &[], seconds(2))
        .await
        .unwrap();
    let page = store.contacts(None, None, 500).await.unwrap();
    assert_eq!(page.items.len(), 301);
    assert_eq!(page.items[0], one);
    assert_eq!(page.items[300].draft.name, "Person 0");
    let found = store
        .contacts(Some("import person 299"), None, 9)
        .await
        .unwrap()
        .items;
    assert_eq!(found.len(), 1);
    let matched = store.matches(&[NumberKey(299)]).await.unwrap();
    assert_eq!(matched[0].1.contact_id, found[0].id);
}

/// What was deleted or changed can not be read back from the files.
pub async fn what_is_deleted_is_gone(engine: &impl Engine) {
    let store = engine.open().await;
    let many: Vec<_> = (0..60)
        .map(|number| {
            (
                draft(&format!("Qwertzuiop{number}x"), "Yxcvbnmasdf", &[]),
                vec![],
            )
        })
        .collect();
    store.add_contacts(&many, seconds(0)).await.unwrap();
    store
        .add_contact(&draft("Kept", "", &[]), &[], seconds(0))
        .await
        .unwrap();
    let found = store.contacts(Some("Qwertz"), None, 500).await.unwrap();
    let (deleted, changed): (Vec<Contact>, Vec<Contact>) =
        (found.items.into_iter()).partition(|contact| contact.id.0 % 2 == 0);
    engine.settle(&store).await;
    for contact in &changed {
        let new = draft("Changed", "", &[]);
        let updated = store.update_contact(contact.id, None, &new, &[], seconds(1));
        updated.await.unwrap().unwrap();
    }
    engine.settle(&store).await;
    for contact in &changed {
        let name = &contact.draft.name;
        assert!(!engine.holds(name), "{name}");
    }
    for contact in &deleted {
        assert!(store.delete_contact(contact.id, None).await.unwrap());
    }
    engine.settle(&store).await;
    for number in 0..60 {
        assert!(!engine.holds(&format!("Qwertzuiop{number}x")));
        assert!(!engine.holds(&format!("qwertzuiop{number}x")));
    }
    // Nor what an index makes of it.
    for part in ["Yxcv", "yxcv", "yxc", "wertz", "rtz"] {
        assert!(!engine.holds(part), "{part}");
    }
    assert!(engine.holds("Kept"));
}

/// One is what was said, with the numbers that were said; the other is gone, and found nowhere.
pub async fn merging(engine: &impl Engine) {
    let store = engine.open().await;
    let (one, other) = (draft("Anna", "", &["1"]), draft("Anne", "Awesome", &["2"]));
    let one = store
        .add_contact(&one, &[known(1)], seconds(0))
        .await
        .unwrap();
    let other = store
        .add_contact(&other, &[known(2)], seconds(0))
        .await
        .unwrap();
    let both = draft("Anna", "Awesome", &["1", "2"]);
    let numbers = [known(1), known(2)];
    let merge = async |id: (ContactId, Option<i64>), other: (ContactId, Option<i64>)| {
        store
            .merge_contacts(id, other, &both, &numbers, seconds(5))
            .await
    };
    let (id, gone) = (one.id, other.id);
    stale(&merge((id, Some(one.revision + 1)), (gone, None)).await);
    stale(&merge((id, None), (gone, Some(other.revision + 1))).await);
    for (id, other) in [(id, ContactId(99)), (ContactId(99), gone)] {
        assert_eq!(merge((id, None), (other, None)).await.unwrap(), None);
    }
    assert_eq!(store.contact(id).await.unwrap(), Some(one.clone()));
    assert_eq!(store.contact(gone).await.unwrap(), Some(other.clone()));
    let revisions = (Some(one.revision), Some(other.revision));
    let merged = merge((id, revisions.0), (gone, revisions.1))
        .await
        .unwrap()
        .unwrap();
    let expected = Contact {
        id,
        draft: both.clone(),
        revision: merged.revision,
        created_at: seconds(0),
        updated_at: seconds(5),
    };
    assert_eq!(merged, expected);
    assert!(merged.revision > one.revision);
    assert_eq!(store.contact(id).await.unwrap(), Some(expected));
    assert_eq!(store.contact(gone).await.unwrap(), None);
    assert_eq!(store.numbers_of(gone).await.unwrap(), []);
    assert_eq!(store.numbers_of(id).await.unwrap(), numbers);
    assert_eq!(
        store.contacts(Some("anne"), None, 9).await.unwrap().items,
        []
    );
    assert_eq!(
        store
            .contacts(Some("awesome"), None, 9)
            .await
            .unwrap()
            .items,
        [merged]
    );
}

/// Phones and not notes, each once however the ranges lie.
pub async fn phones_in_ranges(engine: &impl Engine) {
    let store = engine.open().await;
    for (name, numbers) in [
        ("a", [known(49301), maybe(49302)]),
        ("b", [known(49303), known(-21)]),
        ("c", [known(49303), known(44)]),
    ] {
        store
            .add_contact(&draft(name, "", &[]), &numbers, seconds(0))
            .await
            .unwrap();
    }
    let found = async |ranges: &[(i64, i64)], limit: usize| {
        let ranges: Vec<_> = (ranges.iter())
            .map(|(first, last)| (NumberKey(*first), NumberKey(*last)))
            .collect();
        let found = store.known_between(&ranges, limit).await.unwrap();
        let mut found: Vec<(i64, String)> = found
            .into_iter()
            .map(|(key, who)| (key.0, who.name))
            .collect();
        found.sort();
        found
    };
    let of = |list: &[(i64, &str)]| -> Vec<(i64, String)> {
        list.iter()
            .map(|(key, name)| (*key, (*name).to_owned()))
            .collect()
    };
    let all = of(&[
        (-21, "b"),
        (44, "c"),
        (49301, "a"),
        (49303, "b"),
        (49303, "c"),
    ]);
    assert_eq!(found(&[], 9).await, []);
    assert_eq!(found(&[(i64::MIN, i64::MAX)], 9).await, all);
    assert_eq!(found(&[(i64::MIN, i64::MAX)], 2).await.len(), 2);
    assert_eq!(found(&[(49301, 49302)], 9).await, of(&[(49301, "a")]));
    let twice = [(49302, 49303), (49303, 49310), (-29, -20)];
    assert_eq!(
        found(&twice, 9).await,
        of(&[(-21, "b"), (49303, "b"), (49303, "c")])
    );
}
