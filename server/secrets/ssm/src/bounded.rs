//! A limit on the size of answers: the SDK reads each of them whole.

use aws_sdk_ssm::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_ssm::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_ssm::error::BoxError;
use aws_smithy_types::body::SdkBody;
use http_body_util::Limited;

/// The largest answer in bytes. Ten parameters of 8 KiB, the most that SSM gives at once, are a tenth of it.
const MAX_ANSWER: usize = 1024 * 1024;

/// Ends reading an answer beyond the limit, which then counts as an answer that did not come.
#[derive(Debug)]
pub(crate) struct Bounded;

impl Intercept for Bounded {
    fn name(&self) -> &'static str {
        "a limit on the size of answers"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response_mut().body_mut();
        let whole = std::mem::replace(body, SdkBody::taken());
        *body = SdkBody::from_body_1_x(Limited::new(whole, MAX_ANSWER));
        Ok(())
    }
}
