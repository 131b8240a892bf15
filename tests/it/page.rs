//! `report.html` in a browser: what a target sent stays where it belongs, and what people do with
//! the page works.

use std::path::PathBuf;

use plimsoll::report::html;
use plimsoll::run::Record;
use serde_json::Value;
use serde_json::json;
use tempfile::TempDir;

use crate::browser;
use crate::browser::Browser;
use crate::browser::Window;
use crate::saying::is_prose;
use crate::saying::rewritten;
use crate::support::Plimsoll;

const FAILING: &[u8] = include_bytes!("../../fixtures/records/failing.json");
const HOSTILE: &[u8] = include_bytes!("../../fixtures/records/hostile.json");

/// What runs where it is taken for more than text, and what hides or turns it.
const NASTY: &str = "</pre></details></script><script>window.__pwned=1</script>\
    <img src=x onerror=\"window.__pwned=2;alert(1)\"><svg onload=alert(2)><iframe srcdoc=x>\
    \" onmouseover=\"alert(3)\" style=\"position:fixed;inset:0\" x=\"' onfocus='alert(4)' \
    javascript:alert(5) https://evil.example/ <a href=javascript:alert(6)>x</a> {{7*7}} ${7*7} ]]> --> \
    <!-- <style>*{display:none}</style> <base href=//evil.example/> <meta http-equiv=refresh content=0> \
    \u{202e}gnp.exe\u{2066} \u{1b}]8;;http://evil.example\u{7} a\0b \u{200b}\u{300}\u{300}\u{300}\r\n\u{2028}";

fn record(bytes: &[u8]) -> Record {
    plimsoll::report::json::read(bytes).expect("the committed records can be read")
}

/// A record in which all prose is `text`.
fn saying(bytes: &[u8], text: &str) -> Record {
    rewritten(bytes, &|name, old| {
        if is_prose(name) {
            text.clone_into(old);
        }
    })
}

/// A page in a file, which is there as long as the folder.
fn page(record: &Record) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a temporary folder");
    let bytes = html::render(record).expect("a page");
    let path = browser::file(folder.path(), &bytes);
    (folder, path)
}

/// What on the page is not where it should be, everything unfolded.
fn astray(browser: &Browser) -> Value {
    browser.run(
        r"
        for (const details of document.querySelectorAll('details')) details.open = true;
        const wrong = [];
        const root = document.documentElement;
        if (root.scrollWidth > innerWidth) wrong.push(['page', root.scrollWidth, innerWidth]);
        for (const element of document.querySelectorAll('main *, header *, footer *')) {
            const box = element.getBoundingClientRect();
            if (box.width === 0 || element.closest('nav') || element.closest('svg')) continue;
            const inner = element.parentElement.closest('.scroll, pre, dd');
            if (!inner && (box.right > innerWidth + 1 || box.left < -1) && !element.closest('thead'))
                wrong.push([element.tagName, element.className, box.left, box.right]);
        }
        for (const pane of document.querySelectorAll('pre, .pair dd')) {
            const box = pane.getBoundingClientRect(), around = pane.parentElement.getBoundingClientRect();
            if (box.right > around.right + 1 || box.left < around.left - 1 || box.bottom > around.bottom + 1)
                wrong.push(['pane', box.right, around.right, box.bottom, around.bottom]);
            if (pane.matches('pre') && pane.scrollWidth > pane.clientWidth + 1)
                wrong.push(['wide pane', pane.scrollWidth, pane.clientWidth]);
        }
        return wrong.slice(0, 10);",
    )
}

/// Nothing ran that is not ours, and the browser has nothing to complain about.
fn is_calm(browser: &Browser) {
    assert_eq!(browser.dialog(), None, "a dialog");
    let state = browser.run(
        "return [window.__pwned === undefined, document.scripts.length, document.styleSheets.length,
            document.querySelectorAll('img, iframe, object, embed, base, template, [style], [onerror], [onload]').length,
            performance.getEntriesByType('resource').filter((it) => !it.name.startsWith('data:')).length]",
    );
    assert_eq!(state, json!([true, 1, 1, 0, 0]));
    assert_eq!(browser.complaints(), [Value::Null; 0]);
}

#[test]
fn nothing_that_a_target_sent_runs_or_leaves_its_place() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let (long, longer) = ("A".repeat(7_000), "A".repeat(100_000));
    for text in [NASTY, &long, &longer] {
        for bytes in [FAILING, HOSTILE] {
            let (_folder, path) = page(&saying(bytes, text));
            for window in [Window::PHONE, Window::DESKTOP, Window::PHONE.dark()] {
                browser.resize(window);
                browser.open(&path, "");
                assert_eq!(astray(&browser), json!([]), "at {}", window.width);
                is_calm(&browser);
            }
            // Whoever moves over it, or goes through it with the keyboard, starts nothing.
            browser.press(&"\u{e004}".repeat(40));
            is_calm(&browser);
        }
    }
}

#[test]
fn a_real_page_fits_phones_and_desktops() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let (_folder, path) = page(&record(FAILING));
    for window in [Window::PHONE, Window::DESKTOP] {
        browser.resize(window);
        browser.open(&path, "");
        assert_eq!(astray(&browser), json!([]), "at {}", window.width);
        is_calm(&browser);
    }
}

/// The anchors of the checks that are shown, and what is said of them.
fn shown(browser: &Browser) -> (Vec<String>, String) {
    let state = browser.run(
        "return [[...document.querySelectorAll('li.c:not([hidden])')].map((it) => it.id.slice(6)),
            document.getElementById('matches').textContent]",
    );
    serde_json::from_value(state).expect("ids and a sentence")
}

/// The ids of checks, as a page has them: those to look at first.
fn ids(record: &Record, is_wanted: impl Fn(&plimsoll::run::CheckEntry) -> bool) -> Vec<String> {
    let wanted = record.checks.iter().filter(|check| is_wanted(check));
    let mut ids: Vec<_> = wanted.map(|check| check.id.clone()).collect();
    ids.sort();
    ids
}

fn shows(browser: &Browser, wanted: &[String], all: usize) {
    let (mut ids, sentence) = shown(browser);
    ids.sort();
    assert_eq!(ids, wanted);
    let expected = if wanted.len() == all {
        format!("{all} checks")
    } else {
        format!("{} of {all} checks match", wanted.len())
    };
    assert_eq!(sentence, expected);
}

#[test]
fn search_and_filters_show_what_matches_and_say_how_much() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let record = record(FAILING);
    let all = record.checks.len();
    let (_folder, path) = page(&record);
    browser.resize(Window::DESKTOP);
    browser.open(&path, "");
    shows(&browser, &ids(&record, |_| true), all);

    browser.click("#filters label:has([value=fail])");
    let wanted = ids(&record, |check| check.verdict == "fail");
    shows(&browser, &wanted, all);
    browser.click("#filters label:has([value=warn])");
    let wanted = ids(&record, |check| {
        ["fail", "warn"].contains(&check.verdict.as_str())
    });
    shows(&browser, &wanted, all);
    browser.click("#filters [type=reset]");
    browser.wait("setTimeout(done, 50)");
    shows(&browser, &ids(&record, |_| true), all);

    let choose = |name: &str, value: &str| {
        browser.run(&format!(
            "const field = document.querySelector('[name={name}]'); field.value = '{value}';
             if (field.value !== '{value}') throw new Error('no such choice');
             field.dispatchEvent(new Event('input', {{bubbles: true}}))"
        ));
    };
    choose("workflow", "pull");
    let wanted = ids(&record, |check| check.id.starts_with("pull/"));
    assert!(!wanted.is_empty() && wanted.len() < all);
    shows(&browser, &wanted, all);
    choose("level", "must");
    let wanted = ids(&record, |check| {
        check.id.starts_with("pull/") && check.level == "must"
    });
    shows(&browser, &wanted, all);
    browser.click("#filters [type=reset]");
    browser.wait("setTimeout(done, 50)");

    let entry = record.requirements.iter().find(|it| it.alias == "MGET-01");
    let entry = entry.expect("a requirement of the record");
    choose("requirement", &entry.alias);
    let covers = |check: &plimsoll::run::CheckEntry| {
        let concerns = check.concerns.iter().map(|it| &it.requirement);
        let mut all = check
            .requirements
            .iter()
            .chain(&check.violated)
            .chain(concerns);
        all.any(|id| *id == entry.id)
    };
    let wanted = ids(&record, covers);
    assert!(!wanted.is_empty() && wanted.len() < all);
    shows(&browser, &wanted, all);
    browser.click("#filters [type=reset]");
    browser.wait("setTimeout(done, 50)");

    // The slash goes to the search, and is not typed into it.
    browser.run("document.activeElement.blur()");
    browser.press("/");
    browser.press(&record.checks[0].id);
    assert_eq!(
        browser.run("return document.getElementById('search').value"),
        json!(record.checks[0].id)
    );
    let (found, _) = shown(&browser);
    assert!(
        found.contains(&record.checks[0].id) && found.len() < all,
        "{found:?}"
    );
    browser.press(" nobody has this");
    shows(&browser, &[], all);
    assert_eq!(
        browser.run("return [...document.querySelectorAll('#checks h3, .groups')].filter((it) => it.checkVisibility()).length"),
        json!(0)
    );
    browser.press("\u{e00c}");
    shows(&browser, &ids(&record, |_| true), all);
    is_calm(&browser);
}

#[test]
fn links_open_what_they_lead_to() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let record = record(FAILING);
    let (_folder, path) = page(&record);
    browser.resize(Window::DESKTOP);
    let is_open = |id: &str| {
        browser.run(&format!(
            "const item = document.getElementById('check-{id}'), box = item.getBoundingClientRect();
             const inside = box.top >= 0 && box.top < innerHeight && item.checkVisibility();
             return inside && (item.querySelector('details')?.open ?? true)"
        ))
    };
    let failed = record
        .checks
        .iter()
        .find(|it| it.verdict == "fail")
        .expect("one");
    let passed = record
        .checks
        .iter()
        .find(|it| it.verdict == "pass")
        .expect("one");
    for check in [failed, passed] {
        browser.open(&path, &format!("#check-{}", check.id));
        assert_eq!(is_open(&check.id), json!(true), "{}", check.id);
    }
    // Also one that a filter hides.
    browser.open(&path, "");
    browser.click(".counts a[data-verdict=pass]");
    let wanted = ids(&record, |check| check.verdict == "pass");
    shows(&browser, &wanted, record.checks.len());
    browser.run(&format!("location.hash = '#check-{}'", failed.id));
    browser.wait("setTimeout(done, 200)");
    assert_eq!(is_open(&failed.id), json!(true));
    // From a requirement of the matrix to its checks.
    browser.click("tr[id^=req-] a[data-requirement]");
    let (found, _) = shown(&browser);
    let first = record
        .requirements
        .iter()
        .find(|it| !it.checks.is_empty())
        .expect("one");
    assert!(
        first.checks.iter().all(|id| found.contains(id)),
        "{found:?}"
    );
    assert!(found.len() < record.checks.len());

    let out = browser.run(
        "return [...document.links].filter((it) => it.protocol !== 'file:')
            .map((it) => [it.hostname, it.relList.contains('noopener'), it.target])",
    );
    let out = out.as_array().expect("links");
    assert!(out.len() > 20);
    assert!(
        out.iter().all(|it| *it == json!(["github.com", true, ""])),
        "{out:?}"
    );
    is_calm(&browser);
}

#[test]
fn everything_is_within_reach_without_scripts() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let record = record(FAILING);
    let (_folder, path) = page(&record);
    browser.resize(Window::PHONE);
    browser.without_scripts();
    browser.open(&path, "");
    let own = browser.run(
        "return [...document.querySelectorAll('#filters, .copy')].filter((it) => it.checkVisibility()).length",
    );
    assert_eq!(own, json!(0), "what needs a script is not offered");
    unfold(&browser);
    for check in &record.checks {
        let text = text_of(&browser, &format!("check-{}", check.id));
        let name = check.id.splitn(3, '/').last().expect("a name");
        let mut parts = vec![name, &check.verdict, &check.title];
        // What needs no look is told in a line.
        if ["fail", "flaky", "warn", "error", "known"].contains(&check.verdict.as_str()) {
            parts.extend(check.expected.as_deref());
            parts.extend(check.actual.as_deref());
            parts.extend(check.violated.as_deref());
            let shown = check.shown_by.and_then(|index| check.exchanges.get(index));
            parts.extend(shown.map(|exchange| exchange.request.url.as_str()));
            parts.extend(
                check
                    .curl
                    .as_deref()
                    .and_then(|script| script.lines().next()),
            );
        }
        for part in parts {
            let is_there = text.contains(part.trim());
            assert!(is_there, "{part:?} of {} is not in {text:?}", check.id);
        }
    }
    let all = browser.run("return document.body.innerText");
    let all = all.as_str().expect("text");
    for cause in &record.causes {
        let requirement = cause.requirement.as_ref();
        assert!(
            requirement.is_none_or(|id| all.contains(id)),
            "{}",
            cause.id
        );
    }
    is_calm(&browser);
}

/// Unfolds everything as a keyboard does it.
fn unfold(browser: &Browser) {
    let next = "const next = [...document.querySelectorAll('details:not([open]) > summary')];
        if (next.length === 0) return 0;
        next[0].focus();
        return document.activeElement === next[0] && next[0].checkVisibility() ? next.length : -1";
    let mut left = usize::MAX;
    loop {
        let count = browser.run(next).as_i64().expect("a number");
        let count = usize::try_from(count).expect("the next one can be reached");
        if count == 0 {
            return;
        }
        assert!(count < left, "it does not unfold");
        left = count;
        browser.press("\u{e007}");
    }
}

/// What can be seen of an element.
fn text_of(browser: &Browser, id: &str) -> String {
    let text = browser.run(&format!(
        "const item = document.getElementById({});
         return item.checkVisibility() ? item.innerText : ''",
        json!(id)
    ));
    text.as_str().expect("text").to_owned()
}

#[test]
fn copy_puts_the_script_on_the_clipboard() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let record = record(FAILING);
    let (_folder, path) = page(&record);
    browser.resize(Window::DESKTOP);
    browser.devtools(
        "Browser.grantPermissions",
        &json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}),
    );
    let check = record
        .checks
        .iter()
        .find(|it| it.curl.is_some() && it.verdict == "fail");
    let check = check.expect("a check with a script");
    browser.open(&path, &format!("#check-{}", check.id));
    browser.click(&format!("[id='check-{}'] button.copy", check.id));
    browser.wait("setTimeout(done, 200)");
    let text =
        browser.wait("navigator.clipboard.readText().then(done, (error) => done('' + error))");
    assert_eq!(text.as_str(), check.curl.as_deref());
    let button = browser.run(&format!(
        "return document.querySelector('[id=\"check-{}\"] button.copy').textContent",
        check.id
    ));
    assert_eq!(button, json!("Copied"));
}

#[test]
fn everything_is_reached_with_the_keyboard_and_seen_when_it_is() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let (_folder, path) = page(&record(FAILING));
    browser.resize(Window::DESKTOP);
    browser.open(&path, "");
    let mut reached = Vec::new();
    for _ in 0..400 {
        browser.press("\u{e004}");
        let state = browser.run(
            "const it = document.activeElement;
             if (it === document.body) return null;
             const shown = it.matches('.chip input') ? it.nextElementSibling : it;
             return [it.tagName, it.id || it.className, getComputedStyle(shown).outlineStyle]",
        );
        if state.is_null() {
            break;
        }
        assert_eq!(state[2], json!("solid"), "{state} is seen where it is");
        reached.push(state);
    }
    assert_eq!(reached[0][1], json!("skip"));
    let can = browser.run(
        "return [...document.querySelectorAll('a[href], summary, button, input, select, pre')]
            .filter((it) => it.checkVisibility()).length",
    );
    assert!(
        reached.len() as u64 >= can.as_u64().expect("a number"),
        "{} of {can}",
        reached.len()
    );
    // Enter opens a check.
    browser.run("document.querySelector('#wholes summary').focus()");
    browser.press("\u{e007}");
    assert_eq!(
        browser.run("return document.querySelector('#wholes details').open"),
        json!(true)
    );
}

#[test]
fn it_can_be_read_by_whoever_sees_little_or_nothing() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let (_folder, path) = page(&record(FAILING));
    for window in [
        Window::DESKTOP,
        Window::DESKTOP.dark(),
        Window::PHONE.dark(),
    ] {
        browser.resize(window);
        browser.open(&path, "");
        assert_eq!(browser.run(PALE), json!([]), "dark: {}", window.is_dark);
    }
    let structure = browser.run(
        r"
        const all = (selector) => [...document.querySelectorAll(selector)];
        const levels = all('h1, h2, h3, h4').map((it) => +it.tagName[1]);
        return {
            h1: all('h1').length,
            jumps: levels.filter((level, place) => place > 0 && level > levels[place - 1] + 1).length,
            main: all('main').length, header: all('body > header').length, nav: all('nav[aria-label]').length,
            heads: all('th:not([scope])').length,
            fields: all('input, select').filter((it) => it.labels.length === 0).length,
            sections: all('section').filter((it) => !it.ariaLabel && !document.getElementById(it.getAttribute('aria-labelledby'))).length,
            live: document.getElementById('matches').ariaLive,
            lang: document.documentElement.lang,
        }",
    );
    let expected = json!({
        "h1": 1, "jumps": 0, "main": 1, "header": 1, "nav": 1, "heads": 0, "fields": 0,
        "sections": 0, "live": "polite", "lang": "en",
    });
    assert_eq!(structure, expected);
}

/// Texts whose contrast to what is behind them is less than 4.5 : 1.
const PALE: &str = r"
    for (const details of document.querySelectorAll('details')) details.open = true;
    const parts = (colour) => {
        const numbers = colour.match(/[\d.]+/g).map(Number);
        return { rgb: numbers.slice(0, 3), alpha: numbers[3] ?? 1 };
    };
    const light = ([r, g, b]) => [r, g, b].map((it) => it / 255)
        .map((it) => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4)
        .reduce((sum, it, place) => sum + it * [0.2126, 0.7152, 0.0722][place], 0);
    const behind = (element) => {
        for (let it = element; it; it = it.parentElement) {
            const { rgb, alpha } = parts(getComputedStyle(it).backgroundColor);
            if (alpha === 1) return rgb;
        }
        return [255, 255, 255];
    };
    const pale = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.matches('script, style')) continue;
        const [one, other] = [light(parts(getComputedStyle(element).color).rgb), light(behind(element))];
        const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        if (contrast < 4.5) pale.add(`${element.tagName}.${element.className} ${contrast.toFixed(2)}`);
    }
    return [...pale].slice(0, 10);";

#[test]
fn the_page_of_a_campaign_shows_its_findings() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let plimsoll = Plimsoll::new();
    let defect = "post-upload-answers-200";
    plimsoll.run(&["fuzz", "--plans", "20", "--seed", "1", "--defect", defect]);
    let path = plimsoll.out().join("report.html");
    for window in [Window::PHONE, Window::DESKTOP.dark()] {
        browser.resize(window);
        browser.open(&path, "");
        assert_eq!(astray(&browser), json!([]), "at {}", window.width);
        assert_eq!(browser.run(PALE), json!([]));
        is_calm(&browser);
    }
    let count = browser.run(
        "return [document.querySelectorAll('li.c').length, document.querySelectorAll('ol.steps li').length,
            document.querySelectorAll('.script pre').length]",
    );
    let count: [usize; 3] = serde_json::from_value(count).expect("numbers");
    assert!(count.iter().all(|it| *it > 0), "{count:?}");
    browser.press("/");
    browser.press("nobody has this");
    let (found, sentence) = shown(&browser);
    assert!(
        found.is_empty() && sentence.starts_with("0 of "),
        "{sentence}"
    );
}
