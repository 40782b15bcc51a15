/** The version of what reports in JSON and stored runs hold; a change that breaks readers raises it. */
export const formatVersion = 3;
