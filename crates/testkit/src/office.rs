use serde_json::{Value, json};

use crate::{Client, FakePbx, Server};

/// A server with an administrator, for tests that make their users and sources over the API: no
/// process to start, and nothing to wait for.
pub struct Office {
    /// The server.
    pub server: Server,
    /// Its administrator, `admin`.
    pub admin: Client,
}

impl Office {
    /// Opens it on a new folder.
    pub async fn open(program: &str) -> Self {
        Self::open_with(program, &[]).await
    }

    /// The same with more arguments for the server.
    pub async fn open_with(program: &str, arguments: &[&str]) -> Self {
        let server = Server::start_with(program, arguments).await;
        let admin = server.user("admin", "admin");
        Self { server, admin }
    }

    /// A PBX of Zammad's generic kind at a source with this name and an empty configuration.
    pub async fn pbx(&self, name: &str) -> FakePbx {
        self.pbx_of(json!({"name": name, "kind": "generic"})).await
    }

    /// A PBX with this configuration at its source.
    pub async fn pbx_with(&self, name: &str, config: Value) -> FakePbx {
        self.pbx_of(json!({"name": name, "kind": "generic", "config": config}))
            .await
    }

    /// A PBX at the source that this draft makes.
    pub async fn pbx_of(&self, draft: Value) -> FakePbx {
        let made = self.admin.post("/api/v1/sources", draft).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let source = made.json();
        let url = source["endpoint_url"].as_str().expect("a URL");
        // Whatever the server calls itself, here it is.
        let path = &url[url.find("/api/").expect("a path")..];
        FakePbx::new(
            &self.server.url,
            path,
            source["id"].as_i64().expect("an id"),
        )
    }

    /// Replaces the configuration of a PBX's source.
    pub async fn configure(&self, pbx: &FakePbx, config: Value) {
        let path = format!("/api/v1/sources/{}/config", pbx.source_id);
        let put = self.admin.put(&path, config).await;
        assert_eq!(put.status, 200, "{}", put.text);
    }

    /// Makes a user out of this draft, whose password is `password of LOGIN` unless it says
    /// another; answers its id and a client with a token of it.
    pub async fn user(&self, mut draft: Value) -> (i64, Client) {
        let login = draft["login"].as_str().expect("a login").to_owned();
        if draft["password"].is_null() {
            draft["password"] = json!(format!("password of {login}"));
        }
        if draft["role"].is_null() {
            draft["role"] = json!("agent");
        }
        let made = self.admin.post("/api/v1/users", draft).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let id = made.json()["id"].as_i64().expect("an id");
        let token = self
            .admin
            .post("/api/v1/tokens", json!({"user_id": id, "name": "test"}))
            .await;
        assert_eq!(token.status, 201, "{}", token.text);
        let token = token.json();
        let client =
            Client::with_token(&self.server.url, token["token"].as_str().expect("a token"));
        (id, client)
    }

    /// A browser in which this user signed in with the password that `user` gives.
    pub async fn session(&self, login: &str) -> Client {
        let nobody = Client::new(&self.server.url);
        let body = json!({"login": login, "password": format!("password of {login}")});
        let answer = nobody.post("/api/v1/session", body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let cookie = answer.header("set-cookie").split(';').next();
        nobody.with("cookie", cookie.expect("a cookie"))
    }

    /// The calls of a source, oldest first.
    pub async fn calls_of(&self, pbx: &FakePbx) -> Vec<Value> {
        let source = self
            .admin
            .read(&format!("/api/v1/sources/{}", pbx.source_id))
            .await;
        let name = source["name"].as_str().expect("a name");
        let path = format!("/api/v1/calls?limit=500&source={name}");
        let mut calls = self.admin.read(&path).await["items"]
            .as_array()
            .expect("a list")
            .clone();
        calls.sort_by_key(|call| call["id"].as_i64());
        calls
    }

    /// The newest recorded requests that fit, once there are so many: they are kept behind the calls'
    /// back.
    pub async fn recorded(&self, query: &str, count: usize) -> Vec<Value> {
        let path = format!("/api/v1/requests?limit=500&{query}");
        let what = format!("{count} recorded requests, {query}");
        let look = async || {
            let page = self.admin.read(&path).await;
            let items = page["items"].as_array().expect("a list");
            (items.len() >= count).then(|| items.clone())
        };
        self.server.once_logged(&what, look).await
    }
}
