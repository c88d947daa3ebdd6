/** The functions that the shop's data is made with. They live in `pg_temp`, so nothing of them stays. */

const firstNames =
  'Amelia,Noah,Sofia,Liam,Mila,Lucas,Emma,Mateo,Hannah,Elias,Chloe,Jonas,Aisha,Omar,Yuki,Kenji,Priya,Arjun,Zanele,Thabo,Ines,Diego,Freya,Oskar,Leila,Karim,Clara,Hugo,Nora,Finn,Alice,Marco,Elena,Pavel,Katarina,Tomas,Maria,Joao,Grace,Samuel'
const lastNames =
  'Andersen,Novak,Garcia,Müller,Rossi,Silva,Kowalski,Dubois,Tanaka,Sato,Patel,Sharma,Nkosi,Dlamini,Okafor,Haddad,Jensen,Lindberg,Virtanen,Schmidt,Fischer,Moreau,Bernard,Costa,Pereira,Horvath,Popescu,Ivanova,Murphy,Walsh,Campbell,Fraser,Jones,Davies,Nguyen,Tran,Kim,Park,Lopez,Fernandez'
const cities =
  'Lisbon,Porto,Madrid,Seville,Lyon,Nantes,Turin,Bologna,Munich,Hamburg,Leipzig,Vienna,Graz,Prague,Brno,Warsaw,Gdansk,Copenhagen,Aarhus,Gothenburg,Malmo,Oslo,Bergen,Helsinki,Tampere,Dublin,Cork,Leeds,Bristol,Glasgow'
const streets =
  'Mill Lane,Station Road,Harbour Street,Church Street,Park Avenue,Garden Row,Market Square,River Walk,School Lane,Orchard Way'
const qualities = 'Oak,Linen,Copper,Slate,Walnut,Cotton,Steel,Ceramic,Bamboo,Wool'
const things =
  'Desk Lamp,Mug,Notebook,Backpack,Throw,Kettle,Chair,Shelf,Apron,Teapot,Cushion,Tray,Vase,Basket,Clock,Mirror,Rug,Stool,Planter,Bowl'

/**
 * Everything follows from a number by a hash, not from random(): the same rows come out whatever plan the server takes,
 * so that tests and screenshots can name them.
 */
export const wordFunctions: readonly string[] = [
  // From 0 up to, not including, 1. 20 bits: enough for a shop.
  `CREATE FUNCTION pg_temp.share(n bigint, seed bigint) RETURNS float8 LANGUAGE sql IMMUTABLE
     RETURN (pg_catalog.hashint8extended(n, seed) & 1048575)::float8 / 1048576`,
  // A whole number from 1 to high.
  `CREATE FUNCTION pg_temp.pick(n bigint, seed bigint, high int) RETURNS int LANGUAGE sql IMMUTABLE
     RETURN 1 + pg_catalog.floor(pg_temp.share(n, seed) * high)::int`,
  wordFunction('first_name', firstNames),
  wordFunction('last_name', lastNames),
  wordFunction('city', cities),
  wordFunction('street', streets),
  wordFunction('quality', qualities),
  wordFunction('thing', things),
  wordFunction('country', 'PT,ES,FR,IT,DE,AT,CZ,PL,DK,SE,NO,FI,IE,GB'),
  // The last order is from 30 September 2026, the first from two years earlier; more towards the end, as in a shop that grows.
  `CREATE FUNCTION pg_temp.moment(n bigint, seed bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE
     RETURN timestamptz '2024-10-01 00:00:00+00' + pg_catalog.sqrt(pg_temp.share(n, seed)) * interval '729 days'`,
]

function wordFunction(name: string, words: string): string {
  const list = words.split(',')
  return `CREATE FUNCTION pg_temp.${name}(n bigint, seed bigint) RETURNS text LANGUAGE sql IMMUTABLE
     RETURN ('{${list.map((word) => `"${word}"`).join(',')}}'::text[])[pg_temp.pick(n, seed, ${list.length})]`
}
