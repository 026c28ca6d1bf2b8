//! A browser: follows redirects, keeps cookies, presses buttons, and stops at the application's address.

use std::collections::HashMap;
use std::sync::Mutex;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Method, RequestBuilder};
use url::Url;

/// Where the application is. Nobody listens there: the browser stops before it.
pub const APPLICATION: &str = "http://127.0.0.1:9/";
/// Redirects followed at most.
const MOST: usize = 10;

/// One browser, with its cookies.
pub struct Browser {
    http: reqwest::Client,
    cookies: Mutex<HashMap<String, String>>,
    /// Who sits before it: signs in as themselves, whoever the page was told to expect.
    person: Option<String>,
}

/// Where a browser has arrived, and what it shows there.
#[derive(Debug)]
pub struct Page {
    pub url: Url,
    pub text: String,
}

impl Browser {
    pub fn new() -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { http, cookies: Mutex::default(), person: None }
    }

    /// The same, trusting this authority (PEM), where there is one.
    pub fn trusting(self, authority: Option<&str>) -> Self {
        let Some(authority) = authority else { return self };
        let authority = reqwest::Certificate::from_pem(authority.as_bytes()).unwrap();
        let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Self { http: builder.tls_certs_merge([authority]).build().unwrap(), ..self }
    }

    /// The same, with this person before it.
    pub fn of(person: &str) -> Self {
        Self { person: Some(person.to_owned()), ..Self::new() }
    }

    /// Opens an address.
    pub async fn open(&self, url: &str) -> Page {
        self.follow(self.http.request(Method::GET, url), Url::parse(url).unwrap()).await
    }

    /// Where an address leads at once: one step.
    pub async fn sent_to(&self, url: &str) -> Url {
        let answer = self.http.get(url).send().await.unwrap();
        let next = answer.headers().get(LOCATION).unwrap_or_else(|| panic!("{url} leads nowhere"));
        Url::parse(next.to_str().unwrap()).unwrap()
    }

    /// Picks an account.
    pub async fn choose(&self, picker: &Page, account: &str) -> Page {
        let mut url = picker.url.clone();
        url.query_pairs_mut().append_pair("_sandbox_account", account);
        self.open(url.as_str()).await
    }

    /// Answers the page that asks for consent.
    pub async fn answer(&self, consent: &Page, account: &str, decision: &str) -> Page {
        let kept: Vec<(String, String)> =
            consent.url.query_pairs().into_owned().filter(|(name, _)| name != "_sandbox_account").collect();
        let mut url = consent.url.clone();
        url.query_pairs_mut().clear().extend_pairs(kept);
        let form = self.http.post(url.clone()).form(&[("account", account), ("decision", decision)]);
        self.follow(form, url).await
    }

    async fn follow(&self, request: RequestBuilder, mut url: Url) -> Page {
        let mut request = request;
        for _ in 0..MOST {
            let answer = request.header(COOKIE, self.cookies()).send().await.unwrap();
            self.keep(answer.headers().get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap()));
            let next = answer.headers().get(LOCATION).map(|to| url.join(to.to_str().unwrap()).unwrap());
            let Some(next) = next else { return Page { url, text: answer.text().await.unwrap() } };
            if next.as_str().starts_with(APPLICATION) {
                return Page { url: next, text: String::new() };
            }
            url = self.as_the_person_wants(next);
            request = self.http.get(url.clone());
        }
        panic!("redirected without end, last to {url}")
    }

    fn as_the_person_wants(&self, url: Url) -> Url {
        let Some(person) = self.person.as_ref().filter(|_| url.path().ends_with("/authorize")) else { return url };
        let mut query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        query.iter_mut().filter(|(name, _)| name == "login_hint").for_each(|(_, hint)| hint.clone_from(person));
        let mut url = url;
        url.query_pairs_mut().clear().extend_pairs(query);
        url
    }

    fn cookies(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep<'a>(&self, set: impl Iterator<Item = &'a str>) {
        for cookie in set {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
        }
    }
}

impl Page {
    /// What the application hears.
    pub fn back(&self) -> HashMap<String, String> {
        assert!(self.url.as_str().starts_with(APPLICATION), "not back at the application: {self:?}");
        self.url.query_pairs().into_owned().collect()
    }

    pub fn query(&self, name: &str) -> Option<String> {
        self.url.query_pairs().find(|(have, _)| have == name).map(|(_, value)| value.into_owned())
    }
}
