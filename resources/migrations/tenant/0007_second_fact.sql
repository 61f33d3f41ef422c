-- The birth date that a code asks for: the one that the clinic's record had when the person was invited, whatever is written
-- into the record later. NULL in accounts made before: taken from the record's version of that day when it is first asked.

ALTER TABLE account ADD COLUMN second_fact text;
