use serde_json::Value;

use crate::{Answer, Client};

/// A PBX that reports to one endpoint.
#[derive(Debug, Clone)]
pub struct FakePbx {
    /// Sends the requests.
    pub client: Client,
    /// The endpoint, whole.
    pub url: String,
    /// The endpoint's path.
    pub path: String,
    /// The source's id.
    pub source_id: i64,
}

impl FakePbx {
    pub(crate) fn new(base: &str, path: &str, source_id: i64) -> Self {
        Self {
            client: Client::new(base),
            url: format!("{base}{path}"),
            path: path.to_owned(),
            source_id,
        }
    }

    /// The same with one more header in every request.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.client = self.client.with(name, value);
        self
    }

    /// The token in the path.
    pub fn token(&self) -> &str {
        let mut segments = self.path.split('/').skip(4);
        segments.next().expect("a token")
    }

    /// Sends a form: `event=newCall&…`.
    pub async fn send(&self, form: &str) -> Answer {
        self.client.form(&self.url, form).await
    }

    /// Sends JSON.
    pub async fn send_json(&self, body: &Value) -> Answer {
        let body = body.to_string();
        self.client
            .send_as(&self.url, "application/json", body.as_bytes())
            .await
    }

    /// Sends events that must be taken, each with this answer.
    pub async fn tell(&self, forms: &[&str]) {
        for form in forms {
            let answer = self.send(form).await;
            let got = (answer.status.as_u16(), answer.text.as_str());
            assert_eq!(got, (200, "{}"), "{form}");
        }
    }
}
