use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::{Listener, PATIENCE, in_time};

/// Somebody who sends requests.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    headers: HeaderMap,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {} {}", self.status, self.text))
    }

    /// A header, empty when missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl Client {
    /// Somebody without credentials.
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder()
            .timeout(PATIENCE * 3)
            .build()
            .unwrap();
        Self {
            http,
            base: base.to_owned(),
            headers: HeaderMap::new(),
        }
    }

    /// Somebody with a token.
    pub fn with_token(base: &str, token: &str) -> Self {
        Self::new(base).with("authorization", &format!("Bearer {token}"))
    }

    /// The same with one more header in every request.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        self.headers
            .insert(name, HeaderValue::from_str(value).unwrap());
        self
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// `GET`, which must succeed.
    pub async fn read(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "GET {path}: {}", answer.text);
        answer.json()
    }

    /// `POST` of JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// `PATCH` of JSON.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// `PUT` of JSON.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// A request of any method (in lower case) with JSON; `GET` goes without.
    pub async fn send_json(&self, method: &str, path: &str, body: Value) -> Answer {
        let method: Method = method.to_uppercase().parse().unwrap();
        let body = (method != Method::GET).then_some(body);
        self.send(method, path, body).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut headers = self.headers.clone();
        let body = body.map(|body| {
            headers.insert("content-type", HeaderValue::from_static("application/json"));
            body.to_string()
        });
        self.raw(method, path, headers, body.unwrap_or_default().into_bytes())
            .await
    }

    /// A request as it is given. `path` may be a whole URL.
    pub async fn raw(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Answer {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        let request = self.http.request(method, url).headers(headers).body(body);
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("a whole answer");
        Answer {
            status,
            headers,
            text,
        }
    }

    /// A `POST` with this content type (none when empty) and the client's headers.
    pub async fn send_as(&self, url: &str, content_type: &str, body: &[u8]) -> Answer {
        let mut headers = self.headers.clone();
        if !content_type.is_empty() {
            headers.insert("content-type", HeaderValue::from_str(content_type).unwrap());
        }
        self.raw(Method::POST, url, headers, body.to_vec()).await
    }

    /// A form as a PBX sends it: `event=newCall&…`.
    pub async fn form(&self, url: &str, form: &str) -> Answer {
        self.send_as(url, "application/x-www-form-urlencoded", form.as_bytes())
            .await
    }

    /// A form to a server that may be gone: the status, none without an answer.
    pub async fn try_form(&self, url: &str, form: &str) -> Option<u16> {
        let request = self.http.post(url).headers(self.headers.clone());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let response = request.body(form.to_owned()).send().await.ok()?;
        let status = response.status().as_u16();
        response.text().await.ok().map(|_| status)
    }

    /// Begins to listen.
    pub async fn listen(&self) -> Listener {
        self.listen_since(None).await
    }

    /// Looks at once, and again whenever the stream tells of a call, until there is an answer.
    /// Fails, naming `what`, when there is none for too long.
    pub async fn once_told<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        let mut listener = self.listen().await;
        let looking = async {
            loop {
                if let Some(answer) = look().await {
                    return answer;
                }
                listener.next_line().await.expect("the stream goes on");
            }
        };
        in_time(PATIENCE, what, looking).await
    }

    /// Begins to listen after this id.
    pub async fn listen_since(&self, last_id: Option<&str>) -> Listener {
        let url = format!("{}/api/v1/events", self.base);
        let mut headers = self.headers.clone();
        if let Some(id) = last_id {
            headers.insert("last-event-id", HeaderValue::from_str(id).unwrap());
        }
        let http = reqwest::Client::new();
        let response = http
            .get(url)
            .headers(headers)
            .send()
            .await
            .expect("a stream");
        assert_eq!(response.status(), StatusCode::OK, "the stream opens");
        Listener::new(response)
    }
}
