/** The version of the format of JSON reports and stored runs; a breaking change increments it. */
export const formatVersion = 3;
