-- Nothing ever wrote or read where a subscriber's hours are counted: they are counted in the zone of the list.
alter table subscriber drop column zone;
