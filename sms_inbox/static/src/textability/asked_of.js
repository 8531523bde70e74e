/**
 * What a mark beside a record's field needs to know of the number.
 *
 * @param {Object} fieldProps `record` and `name`, as fields have them
 * @param {string|null} [typed] what is in the field, and in the record not yet
 * @param {string} [companyField] where the mark is not the active company's
 * @returns {Object} props of `TextabilityMark`
 */
export function askedOf({record, name}, typed = null, companyField = "") {
    return {
        text: typed ?? record.data[name],
        unfinished: typed !== null,
        country: record.data.country_id?.id || false,
        model: record.resModel,
        resId: record.resId || false,
        company: (companyField && record.data[companyField]?.id) || false,
    };
}
