/** First names that have no other meaning at the beginning of a sentence: not April, Will or Paris. */
export const firstNames: ReadonlySet<string> = new Set(
  (
    "Aaron Abdul Abigail Adam Adele Adrian Ahmed Aisha Alan Albert Alejandro Alessandro Alexander Alexandra Alfred Ali Alice Alicia Alina Allison Amanda Amelia Amina Amir Amy Ana Anastasia Andrea Andreas Andrei Andrew " +
    "Angela Anita Anna Anne Annette Anthony Antonio Anton Arjun Arthur Astrid Barbara Beatrice Benjamin Bernd Bianca Birgit Bjorn Bob Boris Brandon Brenda Brian Bruno Camila Carla Carlos Carmen Carol Caroline Catherine Cecilia Charles Charlotte " +
    "Chen Cheng Christian Christina Christopher Claire Clara Claudia Connor Cristina Cynthia Dan Daniel Daniela Danielle David Deborah Denis Dennis Diana Diego Dieter Dimitri Dmitri Dominik Donald Donna Dorothy Douglas Dylan Edith Eduardo Edward Elena " +
    "Eleanor Elias Elif Elise Elizabeth Ella Ellen Emily Emma Enrique Eric Erik Erika Ernesto Esther Ethan Eva Evelyn Fatima Felipe Felix Fernando Filip Fiona Florian Francesca Francesco Francisco Franziska Fred Frederick Gabriel Gabriela George " +
    "Gerald Gerhard Giovanni Giulia Gloria Greg Gregory Greta Guillermo Gustav Hanna Hannah Hans Harold Hassan Heather Heidi Heinrich Helen Helena Helga Henry Hiroshi Hugo Ibrahim Ines Inga Ingrid Irene Irina Isaac Isabel Isabella Isabelle Ivan " +
    "Jacob Jacqueline Jakob James Jamila Jan Jana Jane Janet Jason Javier Jean Jeff Jeffrey Jennifer Jens Jeremy Jessica Jimmy Jin Joan Joanna Joao Joe Johan Johanna Johannes John Jonas Jonathan Jorge Jose Josef Joseph Joshua Juan Juanita Judith Judy " +
    "Julia Julian Juliana Julie Justin Kaori Karen Karin Karl Katharina Katherine Kathleen Kathryn Katie Katrin Keiko Keith Kelly Kenji Kenneth Kevin Khalid Klaus Kristin Kristina Kyle Lars Larry Laura Lauren Laurent Leah Lena Leon Leonardo Leticia " +
    "Liam Lieselotte Linda Lisa Lorenzo Louis Louise Luca Lucas Lucia Luis Luisa Lukas Luke Luz Lydia Magdalena Malik Manuel Manuela Marco Marcus Margaret Maria Mariam Mariana Marie Marina Mario Marion Markus Marlene Marta Martha Martin Martina Mary " +
    "Mateo Mathias Matteo Matthew Matthias Maurice Max Maximilian Megan Mehmet Mei Melissa Michael Michaela Michelle Miguel Mikhail Milena Miriam Mohamed Mohammed Monika Monica Monique Muhammad Nadia Nancy Naomi Natalia Natalie Natasha Nathan Nicholas " +
    "Nicolas Nicole Nikolai Nils Nina Noah Nora Norbert Olaf Oleg Olga Oliver Olivia Olivie Omar Oscar Oskar Otto Pablo Pamela Patricia Patrick Paul Paula Pauline Pedro Peggy Peter Petra Philip Philipp Philippe Pierre Piotr Priya Rachel Rafael Rahul " +
    "Raj Ralf Ramon Raquel Raul Rebecca Regina Reinhard Renate Ricardo Richard Rita Robert Roberto Roger Roland Ronald Rosa Rosemary Ruth Ryan Sabine Sabrina Sakura Sam Samantha Samir Samuel Sandra Sanjay Sara Sarah Sasha Scott Sean Sebastian Sergei " +
    "Sergio Sharon Shirley Simon Simone Sofia Sonja Sophia Sophie Stefan Stefanie Stephanie Stephen Steve Steven Susan Susanne Svetlana Sven Sylvia Takashi Tamara Tanja Tanya Tatiana Teresa Theodor Theresa Thomas Tim Timothy Tobias Tomas Tomasz Tony " +
    "Tracy Tyler Ulrich Ursula Uwe Valentina Vanessa Vera Veronica Viktor Viktoria Vincent Vivian Vladimir Walter Wanda Wei Wendy Werner Wilhelm William Wolfgang Xavier Yan Yasmin Yuki Yusuf Yvonne Zachary Zainab Zoe"
  ).split(" "),
);

/** Capitalized words after a first name that are not a last name. */
export const noLastNames: ReadonlySet<string> = new Set(
  (
    "A About And Are As At But By Can Could Do Does For From Has Have Here How I If In Is It Its My No Not Of On Or Our Please She He So Thanks That The Then There They This To Was We What When Where Who Why Will With You Your Yes Monday Tuesday Wednesday " +
    "Thursday Friday Saturday Sunday January February March April May June July August September October November December Street Road Avenue Square Station Airport Hotel Restaurant Cafe Bar Museum Park Hospital University School Inc Ltd GmbH Corp Company"
  ).split(" "),
);

/** Last names that are also ordinary words: replaced only together with a first name. */
export const commonWords: ReadonlySet<string> = new Set(
  "Bell Black Brown Cook Cross Day Fields Fox Gold Good Gray Green Hill Hunt King Lake Lane Long Love March May Moon Page Park Price Reed Rice Rich Stone Street Summer Summers Waters West White Winter Wise Wood Woods Young".split(
    " ",
  ),
);

/** The replacements for first names, and for other parts of a name. */
export const givenFirst: readonly string[] =
  "Alex Robin Jamie Taylor Casey Morgan Riley Quinn Avery Rowan Skyler Emery Finley Harper Jesse Kendall Lennon Marley Noel Oakley Parker Reese Sage Shiloh Toby Tatum Wren Ari Blair Cameron Dakota Devon Ellis Frankie Gale Hollis Indigo Jules Kit Lane".split(
    " ",
  );
export const givenLast: readonly string[] =
  "Archer Baxter Calloway Dalton Easton Fairfax Garner Halloway Ivers Jarrett Kestrel Langley Merrick Norwood Ormond Pemberton Quill Ridley Sutton Thorne Upton Vance Whitlock Yardley Zeller Ashdown Birch Cardew Denholm Elwood Farrow Greaves Hartley Ingram Jessop Kirkby Loxley Marsden Nettles Oakes".split(
    " ",
  );
