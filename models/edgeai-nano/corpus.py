# SPDX-License-Identifier: MIT
"""Spoken robot instructions and the JSON plans they ask for, made from a seeded grammar.

A clause is one action said in one of many ways; a sentence is one clause, or two joined by one of many connectives.
Every sentence has exactly one right plan: synonyms map to one canonical action, a verb that fits two actions is told
apart by what follows it ("take the cup" is pick, "take the cup to Anna" is bring), and connectives fix the order
("before you X, Y" is Y then X). `python3 corpus.py 10` prints ten examples.
"""
import hashlib
import json
import random
import sys

COLOURS = "red blue green yellow white black small big old new clean broken".split()
NOUNS = """cup mug plate bowl bottle glass spoon fork knife pan pot teapot book newspaper magazine letter pen pencil
notebook folder phone charger tablet laptop headset remote battery cable torch screwdriver hammer wrench drill tape
scissors towel blanket pillow jacket scarf hat umbrella backpack bag wallet key ball toy puzzle vase candle clock
camera apple banana orange lemon sandwich medicine bandage sponge brush broom parcel""".split()
NAMES = """Anna Ben Clara David Emma Felix Grace Henry Ines Jack Kate Leo Maria Nina Oscar Paul Rosa Sam Tom Uma
Victor Wendy Yuki Zoe Ali Chen Lina Mike Sofia Omar""".split()
PLACES = ["kitchen", "bedroom", "office", "hallway", "garage", "garden", "bathroom", "living room", "dining room",
          "lobby", "workshop", "charging station", "lab", "cellar", "balcony", "entrance", "lift", "library",
          "meeting room", "storage room"]
ROOMS = ["kitchen", "bedroom", "office", "hallway", "garage", "bathroom", "workshop", "lab", "cellar", "lobby"]
SURFACES = ["table", "desk", "shelf", "counter", "chair", "sofa", "bed", "tray", "bench", "floor", "window sill"]
CONTAINERS = ["box", "drawer", "basket", "sink", "cupboard", "fridge", "bin", "cart", "trunk", "locker"]
OPENABLE = ["door", "window", "drawer", "fridge", "cupboard", "gate", "oven", "blinds", "curtains", "locker"]
DEVICES = ["light", "lamp", "fan", "heater", "radio", "television", "kettle", "printer", "vacuum", "music", "alarm",
           "projector", "coffee machine", "air conditioning"]
DIRTY = SURFACES[:-2] + ["sink", "window", "oven", "mirror"]
TEXTS = ["dinner is ready", "lunch is ready", "the meeting starts soon", "good morning", "good night", "hello",
         "welcome home", "the taxi is here", "it is time to go", "the parcel has arrived", "happy birthday",
         "breakfast is served", "the door is open", "the battery is low", "we are late", "the game is on",
         "help is on the way", "the coffee is hot", "it is raining", "the guests are here"]
SMALL = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
         "seventeen eighteen nineteen twenty").split()
TENS = {30: "thirty", 40: "forty", 45: "forty five", 50: "fifty", 60: "sixty", 90: "ninety", 180: "one hundred eighty"}

# Verbs are written base/ing-form/participle.
BRING = ["bring/bringing/brought", "carry/carrying/carried", "deliver/delivering/delivered", "take/taking/taken"]
BRING_TO_PERSON = BRING + ["hand/handing/handed", "pass/passing/passed", "give/giving/given"]
GIVE = ["bring/bringing/brought", "give/giving/given", "hand/handing/handed", "pass/passing/passed",
        "get/getting/got", "fetch/fetching/fetched"]
FETCH = ["fetch/fetching/fetched", "get/getting/got"]
PICK = ["pick up/picking up/picked up", "grab/grabbing/grabbed", "take/taking/taken", "lift/lifting/lifted",
        "collect/collecting/collected"]
PUT = ["put/putting/put", "place/placing/placed", "set/setting/set", "leave/leaving/left", "lay/laying/laid",
       "drop/dropping/dropped"]
GO = ["go/going/gone", "drive/driving/driven", "head/heading/headed", "walk/walking/walked", "roll/rolling/rolled",
      "travel/travelling/travelled", "return/returning/returned", "navigate/navigating/navigated"]
SWITCH = ["turn/turning/turned", "switch/switching/switched"]
WAIT = ["wait/waiting/waited", "pause/pausing/paused", "hold on/holding on/held on", "stay/staying/stayed",
        "stop/stopping/stopped", "rest/resting/rested"]
TURN = ["turn/turning/turned", "rotate/rotating/rotated", "spin/spinning/spun"]
DRIVE = ["move/moving/moved", "drive/driving/driven", "go/going/gone", "roll/rolling/rolled"]
FIND = ["find/finding/found", "look for/looking for/looked for", "search for/searching for/searched for",
        "locate/locating/located"]
FOLLOW = ["follow/following/followed", "go after/going after/gone after", "stay with/staying with/stayed with",
          "accompany/accompanying/accompanied", "walk with/walking with/walked with"]
CLEAN = ["clean/cleaning/cleaned", "wipe/wiping/wiped", "wash/washing/washed", "scrub/scrubbing/scrubbed",
         "tidy/tidying/tidied"]
SAY = ["say/saying/said", "announce/announcing/announced"]


class Clause:
    """One action: its plan step, a frame with {v} for the verb, and the verb's forms (None: said one way only)."""

    def __init__(self, step, frame, verb=None):
        self.step, self.frame, self.verb = step, frame, verb

    def form(self, number):
        return self.frame.replace("{v}", self.verb.split("/")[number]) if self.verb else self.frame


def number(r, value):
    """A number in digits or in words."""
    words = SMALL[value] if value <= 20 else TENS.get(value)
    return words if words and r.random() < 0.5 else str(value)


def thing(r):
    """An item with or without an adjective, and how it is said."""
    item = r.choice(NOUNS)
    if r.random() < 0.55:
        item = r.choice(COLOURS) + " " + item
    return item, r.choice(["the", "the", "the", "my", "that", "this"]) + " " + item


def person(r, me="me"):
    """Somebody, as the plan names them and as they are said."""
    return (me, me) if r.random() < 0.15 else (r.choice(NAMES),) * 2


def bring(r, item=None):
    plan_item, said = item or thing(r)
    if r.random() < 0.25:
        place = r.choice(PLACES)
        frame = r.choice(["{v} %s to the %s", "{v} %s over to the %s", "{v} %s into the %s"]) % (said, place)
        return Clause({"do": "bring", "item": plan_item, "to": place}, frame, r.choice(BRING))
    who, name = person(r)
    step = {"do": "bring", "item": plan_item, "to": who}
    kind = r.random()
    if kind < 0.4:
        frame = r.choice(["{v} %s to %s", "{v} %s over to %s", "{v} %s back to %s"]) % (said, name)
        return Clause(step, frame, r.choice(BRING_TO_PERSON))
    if kind < 0.65 and not item:
        return Clause(step, "{v} %s %s" % (name, said), r.choice(GIVE))
    if kind < 0.85:
        return Clause(step, "{v} %s for %s" % (said, name), r.choice(FETCH))
    if who == "me" or item:
        return Clause(step, "make sure %s to %s" % ("you bring " + said, name))
    return Clause(step, r.choice(["make sure %s gets %s", "see that %s has %s", "let %s have %s"]) % (name, said))


def pick(r):
    item, said = thing(r)
    step = {"do": "pick", "item": item}
    verb = r.choice(PICK)
    if r.random() < 0.35:
        place = r.choice(SURFACES + CONTAINERS)
        step["from"] = place
        where = "off" if place in SURFACES and r.random() < 0.3 else "from"
        return Clause(step, "{v} %s %s the %s" % (said, where, place), verb)
    if verb.startswith("pick") and r.random() < 0.5:
        return Clause(step, "{v} %s up" % said, "pick/picking/picked")
    return Clause(step, "{v} %s" % said, verb)


def put(r, item=None):
    plan_item, said = item or thing(r)
    if r.random() < 0.5:
        place = r.choice(SURFACES)
        return Clause({"do": "put", "item": plan_item, "on": place},
                      "{v} %s %s the %s" % (said, r.choice(["on", "onto", "down on", "on top of"]), place), r.choice(PUT))
    place = r.choice(CONTAINERS)
    return Clause({"do": "put", "item": plan_item, "in": place},
                  "{v} %s %s the %s" % (said, r.choice(["in", "into", "inside"]), place), r.choice(PUT))


def go(r):
    place = r.choice(PLACES)
    if r.random() < 0.2:
        return Clause({"do": "go", "to": place}, "{v} your way to the " + place, "make/making/made")
    middle = r.choice(["to", "to", "to", "over to", "back to"])
    return Clause({"do": "go", "to": place}, "{v} %s the %s" % (middle, place), r.choice(GO))


def in_room(r, what):
    """A fixed thing, sometimes with its room before it ("kitchen light") or after it ("light in the kitchen")."""
    if r.random() < 0.5:
        return what, "the " + what
    room = r.choice(ROOMS)
    return room + " " + what, ("the %s %s" % (room, what)) if r.random() < 0.6 else "the %s in the %s" % (what, room)


def open_close(r):
    what, said = in_room(r, r.choice(OPENABLE))
    if r.random() < 0.5:
        return Clause({"do": "open", "what": what}, "{v} " + said, r.choice(["open/opening/opened", "unlock/unlocking/unlocked"]))
    return Clause({"do": "close", "what": what}, "{v} " + said,
                  r.choice(["close/closing/closed", "shut/shutting/shut", "lock/locking/locked"]))


def switch(r):
    device, said = in_room(r, r.choice(DEVICES))
    state = r.choice(["on", "off"])
    step = {"do": "switch", "device": device, "state": state}
    kind = r.random()
    if kind < 0.5:
        return Clause(step, "{v} %s %s" % (state, said), r.choice(SWITCH))
    if kind < 0.8:
        return Clause(step, "{v} %s %s" % (said, state), r.choice(SWITCH))
    verbs = {"on": ["start/starting/started", "power up/powering up/powered up"],
             "off": ["shut off/shutting off/shut off", "power down/powering down/powered down"]}
    return Clause(step, "{v} " + said, r.choice(verbs[state]))


def wait(r):
    if r.random() < 0.1:
        said, unit, n = r.choice([("a minute", "minutes", 1), ("half a minute", "seconds", 30),
                                  ("a couple of minutes", "minutes", 2), ("a couple of seconds", "seconds", 2)])
    else:
        unit = r.choice(["seconds", "seconds", "minutes"])
        n = r.choice([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 18, 20, 25, 30, 35, 40, 45, 50, 60, 90])
        said = number(r, n) + " " + (unit if n > 1 else unit[:-1])
    link = r.choice([" for ", " for ", " "]) if n else " "
    return Clause({"do": "wait", unit: n}, "{v}%s%s" % (link, said), r.choice(WAIT))


def turn(r):
    way = r.choice(["left", "right"])
    n = r.choice([15, 20, 30, 45, 60, 90, 120, 180])
    amount = number(r, n) + " degrees"
    frame = r.choice(["{v} %s by %s" % (way, amount), "{v} %s %s" % (way, amount), "{v} %s to the %s" % (amount, way)])
    return Clause({"do": "turn", "way": way, "degrees": n}, frame, r.choice(TURN))


def drive(r):
    way = r.choice(["forward", "back"])
    n = r.randint(1, 12)
    amount = number(r, n) + (" metres" if n > 1 else " metre")
    said = r.choice({"forward": ["forward", "ahead", "straight ahead"], "back": ["back", "backwards"]}[way])
    frame = r.choice(["{v} %s by %s" % (said, amount), "{v} %s %s" % (said, amount), "{v} %s %s" % (amount, said)])
    return Clause({"do": "drive", "way": way, "metres": n}, frame, r.choice(DRIVE))


def find(r):
    item, said = thing(r)
    step = {"do": "find", "item": item}
    verb = r.choice(FIND)
    if r.random() < 0.4:
        step["in"] = r.choice(PLACES)
        return Clause(step, "{v} %s in the %s" % (said, step["in"]), verb)
    return Clause(step, "{v} " + said, verb)


def say(r):
    text = r.choice(TEXTS)
    if r.random() < 0.4:
        return Clause({"do": "say", "text": text}, "{v} " + text, r.choice(SAY))
    who, name = person(r)
    step = {"do": "say", "text": text, "to": who}
    kind = r.random()
    if kind < 0.35:
        return Clause(step, "{v} %s to %s" % (text, name), r.choice(SAY))
    if kind < 0.8:
        frame = "{v} %s that %s" if " is " in text or " are " in text or " has " in text else "{v} %s %s"
        return Clause(step, frame % (name, text), "tell/telling/told")
    return Clause(step, "{v} %s know %s" % (name, text), "let/letting/let")


def follow(r):
    who, name = person(r)
    return Clause({"do": "follow", "who": who}, "{v} " + name, r.choice(FOLLOW))


def clean(r):
    what, said = in_room(r, r.choice(DIRTY))
    return Clause({"do": "clean", "what": what}, "{v} " + said, r.choice(CLEAN))


KINDS = [(bring, 16), (pick, 9), (put, 12), (go, 10), (open_close, 9), (switch, 10), (wait, 8), (turn, 5), (drive, 5),
         (find, 7), (say, 7), (follow, 4), (clean, 6)]
MAKERS = [maker for maker, weight in KINDS for _ in range(weight)]

# How two clauses are joined: (pattern, forms of first-said and second-said clause, True when the plan order is reversed).
# Forms: 0 base, 1 ing-form, 2 participle.
JOINS = [
    ("{a} and {b}", 0, 0, False), ("{a} and then {b}", 0, 0, False), ("{a}, then {b}", 0, 0, False),
    ("{a} then {b}", 0, 0, False), ("first {a}, then {b}", 0, 0, False), ("first {a} and then {b}", 0, 0, False),
    ("{a}, after that {b}", 0, 0, False), ("{a} and afterwards {b}", 0, 0, False), ("{a}. then {b}", 0, 0, False),
    ("{a} and when you are done {b}", 0, 0, False), ("{a} before you {b}", 0, 0, False),
    ("{a} before {b}", 0, 1, False), ("start by {a} and then {b}", 1, 0, False), ("after {a}, {b}", 1, 0, False),
    ("after you {a}, {b}", 0, 0, False), ("once you have {a}, {b}", 2, 0, False),
    ("when you have {a}, {b}", 2, 0, False), ("when you are done {a}, {b}", 1, 0, False),
    ("{a} and finish by {b}", 0, 1, False), ("{a}, next {b}", 0, 0, False),
    ("before you {a}, {b}", 0, 0, True), ("before {a}, {b}", 1, 0, True), ("{a} after you {b}", 0, 0, True),
    ("{a} after {b}", 0, 1, True), ("{a}, but first {b}", 0, 0, True), ("{a}, but before that {b}", 0, 0, True),
    ("{a} once you have {b}", 0, 2, True), ("{a} when you are done {b}", 0, 1, True),
]
OPENERS = ["please {s}", "please {s}", "could you {s}", "can you {s}", "could you please {s}", "would you please {s}",
           "I want you to {s}", "I need you to {s}", "I would like you to {s}", "you should {s}", "you need to {s}",
           "go ahead and {s}", "it would be great if you could {s}", "let us see, {s}", "do me a favour and {s}",
           "we need you to {s}", "your job is to {s}"]
CALLS = ["robot, ", "hey robot, ", "hey, ", "okay, ", "so, ", "um, ", "well, ", "listen, ", "hello robot, ", "right, "]
TAILS = [" please", ", please", " thanks", ", thank you", " now", " right away", " for a change", " if you can",
         ", okay"]


def spoken(r, sentence, plain_start):
    """Politeness, calls, tails, hesitation, capital and full stop, each only sometimes."""
    if plain_start and r.random() < 0.5:
        sentence = r.choice(OPENERS).replace("{s}", sentence)
    if r.random() < 0.25:
        sentence = r.choice(CALLS) + sentence
    if r.random() < 0.2:
        sentence += r.choice(TAILS)
    if r.random() < 0.08:
        words = sentence.split(" ")
        words.insert(r.randint(1, len(words) - 1), r.choice(["um", "uh", "er"]))
        sentence = " ".join(words)
    if r.random() < 0.5:
        sentence = sentence[0].upper() + sentence[1:]
    return sentence + (r.choice([".", "."]) if r.random() < 0.4 else "")


def pronoun_pair(r):
    """"Pick up the cup and bring it to Anna": the plan repeats the item."""
    first = r.choice([pick, find])(r)
    return first, r.choice([bring, put])(r, (first.step["item"], "it"))


def sentence(r, two_actions=0.6):
    """One instruction and its plan (a list of steps)."""
    if r.random() >= two_actions:
        clause = r.choice(MAKERS)(r)
        if clause.verb and r.random() < 0.06:
            return spoken(r, "would you mind " + clause.form(1), False), [clause.step]
        return spoken(r, clause.form(0), True), [clause.step]
    if r.random() < 0.12:
        a, b = pronoun_pair(r)
        pattern, fa, fb, back = r.choice(JOINS[:10])
    else:
        a, b = r.choice(MAKERS)(r), r.choice(MAKERS)(r)
        pattern, fa, fb, back = r.choice(JOINS)
        if a.verb is None and fa or b.verb is None and fb:
            pattern, fa, fb, back = JOINS[r.randint(0, 8)]
    joined = pattern.replace("{a}", a.form(fa)).replace("{b}", b.form(fb))
    return spoken(r, joined, pattern.startswith("{a}")), ([b.step, a.step] if back else [a.step, b.step])


def answer(plan):
    """The exact answer text: compact JSON."""
    return json.dumps(plan, separators=(",", ":"))


def part(text):
    """train, dev or test, by a hash of the answer: no plan of one part ever occurs in another."""
    bucket = int(hashlib.md5(text.encode()).hexdigest()[:8], 16) % 100
    return "test" if bucket < 3 else "dev" if bucket < 5 else "train"


def examples(seed, wanted, count, two_actions=0.6):
    """`count` distinct (instruction, answer) pairs of one part."""
    r, seen, out = random.Random(seed), set(), []
    while len(out) < count:
        instruction, plan = sentence(r, two_actions)
        text = answer(plan)
        if part(text) == wanted and instruction not in seen:
            seen.add(instruction)
            out.append((instruction, text))
    return out


if __name__ == "__main__":
    for instruction, text in examples(1, "train", int(sys.argv[1]) if len(sys.argv) > 1 else 10):
        print(instruction, text, sep="\n    ")
