/* ---
kind: trait
profile: customers
key: customer_id
owner: privacy@shop.example
dialects: { postgres: consents.postgres.sql, snowflake: consents.snowflake.sql }
description: What a customer allows today; the last answer per purpose counts, and no answer is a no
--- */
with

last_answers as (
  select
    customer_id,
    purpose,
    -- Two answers in the same instant: the later word in the alphabet wins, and that is withdrawn.
    max_by(status, (changed_at, status)) as status
  from {{ source('shop', 'consent') }}
  where changed_at <= {{ as_of }}
  group by
    customer_id,
    purpose
)

select
  customer_id,
  bool_or(purpose = 'newsletter' and status = 'granted') as newsletter_consent,
  bool_or(purpose = 'ads' and status = 'granted') as ads_consent,
  bool_or(purpose = 'sms' and status = 'granted') as sms_consent
from last_answers
group by customer_id
