//! Rate limits: what a 429 says, whenever there is one.

use crate::catalogue::Version;
use crate::catalogue::rate_limit::RATE_LIMIT_CODE_SENT;
use crate::catalogue::rate_limit::RETRY_AFTER_SENT;
use crate::catalogue::rate_limit::RETRY_AFTER_WELL_FORMED;
use crate::check::Check;
use crate::check::Remark;
use crate::check::Section;
use crate::http::Exchange;
use crate::oci::ErrorBody;
use crate::oci::ErrorCode;

use super::answered;
use super::refusal_text;

pub(crate) static SECTION: Section = Section {
    id: "answers/rate-limit",
    title: "Rate limits, in every answer",
    anchor: "error-codes",
    checks: &[
        Check {
            name: "retry-after",
            title: "a 429 carries Retry-After",
            covers: &[&RETRY_AFTER_SENT],
            watch: Some(sent),
            ..Check::BASE
        },
        Check {
            name: "retry-after-form",
            title: "Retry-After on a 429 is a number of seconds or a date",
            covers: &[&RETRY_AFTER_WELL_FORMED],
            watch: Some(well_formed),
            ..Check::BASE
        },
        Check {
            name: "code",
            title: "a 429 with a JSON error body has the code TOOMANYREQUESTS",
            covers: &[&RATE_LIMIT_CODE_SENT],
            watch: Some(code_sent),
            ..Check::BASE
        },
    ],
};

fn sent(exchange: &Exchange, _: Version) -> Remark {
    let Some(response) = answered(exchange, 429) else {
        return Remark::Silent;
    };
    Remark::that(
        response.headers.contains_key("retry-after"),
        "a Retry-After header on a 429",
        "429 without Retry-After",
    )
}

fn well_formed(exchange: &Exchange, _: Version) -> Remark {
    let response = answered(exchange, 429);
    let Some(value) = response.and_then(|response| response.headers.get("retry-after")) else {
        return Remark::Silent;
    };
    let text = String::from_utf8_lossy(value.as_bytes());
    let is_seconds = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    Remark::that(
        is_seconds || httpdate::parse_http_date(&text).is_ok(),
        "Retry-After with a number of seconds or a date of HTTP",
        &format!("429 with Retry-After: {text}"),
    )
}

fn code_sent(exchange: &Exchange, _: Version) -> Remark {
    let text = answered(exchange, 429).and_then(|_| refusal_text(exchange));
    let Some(body) = text.and_then(|text| ErrorBody::read(text).ok()) else {
        return Remark::Silent;
    };
    let wanted = ErrorCode::TooManyRequests.name();
    let codes: Vec<_> = body.codes().collect();
    Remark::that(
        codes.contains(&wanted),
        &format!("the code {wanted}, or no JSON error body"),
        &format!("429 with the codes {codes:?}"),
    )
}
