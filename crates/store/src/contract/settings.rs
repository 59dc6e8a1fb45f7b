//! Settings.

use super::Engine;
use crate::{Conflict, KeyVersions, Settings, SourceStore, StoreError};

/// A new database has the defaults.
pub async fn defaults(engine: &impl Engine) {
    let store = engine.open().await;
    assert_eq!(store.settings().await.unwrap(), Settings::default());
}

/// Every setting is kept, also over a restart.
pub async fn kept(engine: &impl Engine) {
    let store = engine.open().await;
    let new = Settings {
        country: "AT".to_owned(),
        time_zone: "Europe/Vienna".to_owned(),
        view_limit: 1,
        retention_days: 2,
        requests_days: 3,
        lost_ringing_minutes: 4,
        lost_answered_hours: 5,
        pop_url_template: Some("https://crm.example/{number}".to_owned()),
        public_url: Some("https://offhook.example".to_owned()),
        revision: store.settings().await.unwrap().revision,
    };
    let kept = store.update_settings(&new).await.unwrap();
    assert!(kept.revision > new.revision);
    assert_eq!(
        kept,
        Settings {
            revision: kept.revision,
            ..new
        }
    );
    engine.close(store).await;
    let store = engine.open().await;
    assert_eq!(store.settings().await.unwrap(), kept);
    let none = Settings {
        pop_url_template: None,
        public_url: None,
        ..kept
    };
    let kept = store.update_settings(&none).await.unwrap();
    assert_eq!(store.settings().await.unwrap(), kept);
    assert_eq!(kept.public_url, None);
}

/// Who changes what somebody else changed meanwhile is told.
pub async fn a_stale_change(engine: &impl Engine) {
    let store = engine.open().await;
    let old = store.settings().await.unwrap();
    let new = store.update_settings(&old).await.unwrap();
    let stale = store.update_settings(&old).await;
    assert!(
        matches!(stale, Err(StoreError::Conflict(Conflict::Stale))),
        "{stale:?}"
    );
    assert_eq!(store.settings().await.unwrap(), new);
}

/// A change by another process is seen.
pub async fn the_revision_is_seen_elsewhere(engine: &impl Engine) {
    let (one, other) = (engine.open().await, engine.open().await);
    let before = other.config_revision().await.unwrap();
    let settings = one.settings().await.unwrap();
    one.update_settings(&Settings {
        view_limit: 7,
        ..settings
    })
    .await
    .unwrap();
    assert!(other.config_revision().await.unwrap() > before);
    assert_eq!(other.settings().await.unwrap().view_limit, 7);
}

/// Only another country makes the keys of numbers old.
pub async fn another_country_is_another_version_of_keys(engine: &impl Engine) {
    let store = engine.open().await;
    let versions = async || {
        let KeyVersions { wanted, reached } = store.key_versions().await.unwrap();
        wanted - reached
    };
    assert_eq!(versions().await, 0);
    let mut settings = store.settings().await.unwrap();
    settings.view_limit = 7;
    let mut settings = store.update_settings(&settings).await.unwrap();
    assert_eq!(versions().await, 0);
    for (country, old) in [("AT", 1), ("AT", 1), ("CH", 2)] {
        settings.country = country.to_owned();
        settings = store.update_settings(&settings).await.unwrap();
        assert_eq!(versions().await, old, "{country}");
    }
    let wanted = store.key_versions().await.unwrap().wanted;
    store.keys_are_of(wanted).await.unwrap();
    assert_eq!(versions().await, 0);
}
