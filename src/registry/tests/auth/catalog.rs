//! The list of repositories, behind a login.

use super::*;

const CATALOG: &str = "/v2/_catalog";

/// A registry with something of everybody's in it, and what the two users show for the list.
fn filled(auth: Auth, listing: fn(&Client, &str) -> String) -> (Client, [String; 2]) {
    let client = Client::guarded(auth.rights(two_folders()));
    let has_tokens = listing(&client, &alice()) != alice();
    for (shown, name) in [(alice(), "alice/a"), (bob(), "bob/a"), (bob(), "shared")] {
        let scope = format!("repository:{name}:push");
        let push = if has_tokens {
            client.token(&shown, &[&scope])
        } else {
            shown
        };
        client.push_as(&push, name, b"content");
    }
    let shown = [alice(), bob()].map(|user| listing(&client, &user));
    (client, shown)
}

fn names(answer: &Response) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    body(answer)["repositories"].clone()
}

#[test]
fn everybody_sees_what_they_may_pull() {
    let with_password = filled(Auth::basic(USERS), |_, user| user.to_owned());
    let with_token = filled(Auth::token(USERS), |client, user| {
        client.token(user, &["registry:catalog:*"])
    });
    for (client, [alice, bob]) in [with_password, with_token] {
        let seen = |shown: &str| names(&client.show(shown, Method::GET, CATALOG));
        assert_eq!(seen(&alice), json(r#"["alice/a", "shared"]"#));
        assert_eq!(seen(&bob), json(r#"["bob/a", "shared"]"#));
    }
}

#[test]
fn whoever_has_not_logged_in_sees_what_is_everybodys() {
    let client = Client::guarded(Auth::basic(USERS).rights(two_folders()));
    client.push_as(&alice(), "alice/a", b"content");
    assert_eq!(names(&client.show("", Method::GET, CATALOG)), json("[]"));
    let closed = Client::guarded(Auth::basic(USERS));
    challenge(&closed.show("", Method::GET, CATALOG));
}

#[test]
fn a_token_has_to_be_for_the_list() {
    let client = Client::guarded(Auth::token(USERS));
    let scope = |answer: &Response| demand(answer).scope;
    let wanted = Some("registry:catalog:*".to_owned());
    assert_eq!(scope(&client.show("", Method::GET, CATALOG)), wanted);
    let other = client.token(&alice(), &["repository:a:*"]);
    let refused = client.show(&other, Method::GET, CATALOG);
    assert_eq!(
        (scope(&refused), error(&refused)),
        (wanted, Some("insufficient_scope"))
    );
}
