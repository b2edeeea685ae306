"""Makes the two files of this example: the same 600 tickets, answered by a model and by its INT8 form,
which is as good as before but in Chinese. Usage: python3 make.py"""
import random

INTENTS = ["refund", "delivery", "account", "other"]
LANGUAGES = ["de", "en", "zh"]
tickets = random.Random(7)
labels = [(tickets.choice(INTENTS), tickets.choice(LANGUAGES)) for _ in range(600)]
for name, seed, errors, speed in (("baseline", 1, {"de": 0.05, "en": 0.05, "zh": 0.06}, 31),
                                  ("compressed", 2, {"de": 0.05, "en": 0.05, "zh": 0.2}, 14)):
    luck, shared = random.Random(seed), random.Random(3)
    with open(f"{name}.csv", "w", encoding="utf-8") as out:
        print("sample_id,label,prediction,language,latency (ms)", file=out)
        for i, (label, language) in enumerate(labels):
            hard = 0.8 * shared.random() + 0.2 * luck.random()  # both models find the same tickets hard
            wrong = hard < errors[language] * 0.8 + 0.05
            guess = shared.choice([x for x in INTENTS if x != label])
            print(f"T{1000 + i},{label},{guess if wrong else label},{language},{luck.gauss(speed, 3):.1f}", file=out)
