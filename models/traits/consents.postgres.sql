-- The same in PostgreSQL, which has no max_by.
with

last_answers as (
  select
    customer_id,
    purpose,
    -- Two answers in the same instant: the later word in the alphabet wins, and that is withdrawn.
    (array_agg(status order by changed_at desc, status desc))[1] as status
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
