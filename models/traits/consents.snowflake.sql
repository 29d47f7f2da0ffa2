-- The same in Snowflake, whose max_by takes no pairs.
with

last_answers as (
  select
    customer_id,
    purpose,
    status
  from {{ source('shop', 'consent') }}
  where changed_at <= {{ as_of }}
  -- Two answers in the same instant: the later word in the alphabet wins, and that is withdrawn.
  qualify row_number() over (partition by customer_id, purpose order by changed_at desc, status desc) = 1
)

select
  customer_id,
  boolor_agg(purpose = 'newsletter' and status = 'granted') as newsletter_consent,
  boolor_agg(purpose = 'ads' and status = 'granted') as ads_consent,
  boolor_agg(purpose = 'sms' and status = 'granted') as sms_consent
from last_answers
group by customer_id
