//! Hosted authentication, codes and tokens.

use model::application::TokenKind;
use model::{GrantId, Provider};
use store::{AuthCode, AuthRequest, Error, Token};
use uuid::Uuid;

use crate::house::{House, at};

fn request(house: &House) -> AuthRequest {
    AuthRequest {
        state_hash: [1; 32],
        browser_hash: [2; 32],
        application_id: house.app,
        provider: Provider::Google,
        redirect_uri: "https://app.example/back".into(),
        state: Some("theirs".into()),
        scopes: vec!["mail".into()],
        login_hint: Some("ada@example.com".into()),
        regrant: Some(house.ada),
        offline: true,
        code_challenge: Some(("challenge".into(), "S256".into())),
        provider_verifier: "verifier".into(),
        expires_at: at(600),
    }
}

fn code(house: &House) -> AuthCode {
    AuthCode {
        code_hash: [3; 32],
        application_id: house.app,
        grant_id: house.ada,
        redirect_uri: "https://app.example/back".into(),
        code_challenge: None,
        offline: false,
        expires_at: at(60),
    }
}

fn token(house: &House, number: u8, kind: TokenKind, family: u128) -> Token {
    Token {
        hash: [number; 32],
        kind,
        grant_id: house.ada,
        application_id: house.app,
        family: Uuid::from_u128(family),
        expires_at: (kind == TokenKind::Access).then(|| at(3600)),
    }
}

#[tokio::test]
async fn an_authentication_is_taken_once() {
    let house = House::new().await;
    house.add_auth_request(request(&house)).await.unwrap();
    assert_eq!(house.take_auth_request([9; 32], at(1)).await.unwrap(), None);
    assert_eq!(house.take_auth_request([1; 32], at(600)).await.unwrap(), Some(request(&house)));
    assert_eq!(house.take_auth_request([1; 32], at(1)).await.unwrap(), None);
}

#[tokio::test]
async fn an_expired_authentication_is_not_given_out() {
    let house = House::new().await;
    house.add_auth_request(request(&house)).await.unwrap();
    assert_eq!(house.take_auth_request([1; 32], at(601)).await.unwrap(), None);
}

#[tokio::test]
async fn a_code_is_taken_once_and_not_after_it_expired() {
    let house = House::new().await;
    house.add_auth_code(code(&house)).await.unwrap();
    assert!(matches!(house.add_auth_code(code(&house)).await, Err(Error::Exists("code"))));
    assert_eq!(house.take_auth_code([3; 32], at(60)).await.unwrap(), Some(code(&house)));
    assert_eq!(house.take_auth_code([3; 32], at(1)).await.unwrap(), None);
    house.add_auth_code(code(&house)).await.unwrap();
    assert_eq!(house.take_auth_code([3; 32], at(61)).await.unwrap(), None);
}

#[tokio::test]
async fn two_callers_never_get_the_same_code() {
    let house = House::new().await;
    for _ in 0..20 {
        house.add_auth_code(code(&house)).await.unwrap();
        let (a, b) = tokio::join!(house.take_auth_code([3; 32], at(1)), house.take_auth_code([3; 32], at(1)));
        assert_eq!([a.unwrap(), b.unwrap()].iter().flatten().count(), 1);
    }
}

#[tokio::test]
async fn tokens_die_by_family() {
    let house = House::new().await;
    let mine = vec![token(&house, 1, TokenKind::Access, 1), token(&house, 2, TokenKind::Refresh, 1)];
    let other = token(&house, 3, TokenKind::Access, 2);
    house.add_tokens(mine.clone()).await.unwrap();
    house.add_tokens(vec![other.clone()]).await.unwrap();
    assert_eq!(house.token([2; 32]).await.unwrap(), Some(mine[1].clone()));
    assert_eq!(house.revoke_tokens(Uuid::from_u128(1)).await.unwrap(), 2);
    assert_eq!(house.revoke_tokens(Uuid::from_u128(1)).await.unwrap(), 0);
    assert_eq!(house.token([1; 32]).await.unwrap(), None);
    assert_eq!(house.token([3; 32]).await.unwrap(), Some(other));
}

#[tokio::test]
async fn tokens_are_added_all_or_none_and_die_with_their_grant() {
    let house = House::new().await;
    let good = token(&house, 1, TokenKind::Access, 1);
    let orphan = Token { hash: [2; 32], grant_id: GrantId(Uuid::from_u128(7)), ..good.clone() };
    let refused = house.add_tokens(vec![good.clone(), orphan]).await;
    assert!(matches!(refused, Err(Error::NotFound("grant"))));
    assert_eq!(house.token([1; 32]).await.unwrap(), None);
    house.add_tokens(vec![good]).await.unwrap();
    house.remove_grant(house.ada, at(1), |_| unreachable!()).await.unwrap();
    assert_eq!(house.token([1; 32]).await.unwrap(), None);
}

#[tokio::test]
async fn sweeping_removes_what_expired_and_nothing_else() {
    let house = House::new().await;
    house.add_auth_request(request(&house)).await.unwrap();
    house.add_auth_code(code(&house)).await.unwrap();
    let tokens = vec![token(&house, 1, TokenKind::Access, 1), token(&house, 2, TokenKind::Refresh, 1)];
    house.add_tokens(tokens).await.unwrap();
    house.sweep(at(60), at(0)).await.unwrap();
    assert!(house.token([1; 32]).await.unwrap().is_some());
    house.sweep(at(3601), at(0)).await.unwrap();
    assert_eq!(house.token([1; 32]).await.unwrap(), None);
    assert!(house.token([2; 32]).await.unwrap().is_some(), "refresh tokens do not expire");
    assert_eq!(house.take_auth_code([3; 32], at(1)).await.unwrap(), None);
    assert_eq!(house.take_auth_request([1; 32], at(1)).await.unwrap(), None);
}
